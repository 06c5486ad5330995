DROP TRIGGER removed_wires_keep ON removed_wires;
DROP TRIGGER removed_wires_new ON removed_wires;
DROP FUNCTION removed_wires_new;
DROP TRIGGER epoch_reshares_full ON epoch_reshares;
DROP TRIGGER epoch_reshares_keep ON epoch_reshares;
