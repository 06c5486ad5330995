DROP TABLE message_blobs;
DROP TABLE blobs;
DROP FUNCTION message_blobs_stay();
DROP FUNCTION message_blobs_fit();
