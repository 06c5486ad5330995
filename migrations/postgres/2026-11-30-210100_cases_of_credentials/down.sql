ALTER TABLE cases DROP CONSTRAINT cases_target_kind_check;
ALTER TABLE cases ADD CONSTRAINT cases_target_kind_check CHECK (target_kind IN ('account', 'profile',
    'review', 'reply', 'message'));
