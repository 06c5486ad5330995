DROP TABLE epoch_reshares;
