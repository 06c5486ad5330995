DROP TABLE event_positions;
