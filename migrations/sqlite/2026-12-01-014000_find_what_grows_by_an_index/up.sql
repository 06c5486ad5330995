-- Each was read from end to end by some page, act or round.
CREATE INDEX payout_accounts_by_accountant ON payout_accounts (accountant_id, livemode, id);
CREATE INDEX chat_key_wraps_by_device ON chat_key_wraps (device_id) WHERE device_id IS NOT NULL;
CREATE INDEX chat_key_wraps_by_end ON chat_key_wraps (expires_at) WHERE expires_at IS NOT NULL;
CREATE INDEX epoch_reshares_by_sender ON epoch_reshares (from_id);
CREATE INDEX users_by_creation ON users (created_at);
CREATE INDEX users_admins ON users (id) WHERE role = 'admin';
CREATE INDEX accountants_by_photo ON accountants (photo) WHERE photo IS NOT NULL;
CREATE INDEX bookings_by_complaint ON bookings (complained_at, id) WHERE complained_at IS NOT NULL;
CREATE INDEX bookings_by_request ON bookings (requested_at, state);
CREATE INDEX enquiries_of_accountant ON enquiries (accountant_id, client_id);
CREATE INDEX disputes_open ON disputes (due_by, id) WHERE ended_at IS NULL;
CREATE INDEX payments_by_capture ON payments (captured_at) WHERE captured_at IS NOT NULL;
CREATE INDEX stripe_operations_open ON stripe_operations (livemode, id) WHERE state IN ('waiting', 'unknown');
CREATE INDEX refunds_failed ON refunds (id) WHERE state = 'failed';
CREATE INDEX decisions_by_day ON decisions (decided_at, outcome);
CREATE INDEX decisions_quarantine ON decisions (id) WHERE restriction = 'quarantine';
CREATE INDEX refunds_by_repeated ON refunds (repeats_id) WHERE repeats_id IS NOT NULL;
CREATE INDEX payments_held ON payments (booking_id)
    WHERE state = 'captured' AND decided_at IS NULL AND released_at IS NULL;
-- A row that goes asks each table that may name it.
CREATE INDEX users_by_accountant ON users (accountant_id) WHERE accountant_id IS NOT NULL;
CREATE INDEX conversation_epochs_by_creator ON conversation_epochs (creator_id);
CREATE INDEX refunds_by_maker ON refunds (by_id) WHERE by_id IS NOT NULL;
CREATE INDEX papers_by_recipient ON papers (recipient_id);
CREATE INDEX decisions_by_moderator ON decisions (decided_by) WHERE decided_by IS NOT NULL;
CREATE INDEX reviews_of_somebody ON reviews (about_id);
CREATE INDEX review_replies_by_author ON review_replies (author_id);
CREATE INDEX cases_by_subject ON cases (subject_id);
CREATE INDEX appeals_by_moderator ON appeals (decided_by) WHERE decided_by IS NOT NULL;
CREATE INDEX appeals_by_first_decider ON appeals (first_decider) WHERE first_decider IS NOT NULL;
CREATE INDEX appeals_by_appellant ON appeals (appellant_id) WHERE appellant_id IS NOT NULL;
CREATE INDEX credentials_by_checker ON credentials (checked_by) WHERE checked_by IS NOT NULL;
