DROP TRIGGER removed_wires_keep;
DROP TRIGGER removed_wires_new;
DROP TRIGGER epoch_reshares_stay;
DROP TRIGGER epoch_reshares_keep;
DROP TRIGGER epoch_reshares_new;
