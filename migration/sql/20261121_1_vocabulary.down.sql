-- The extensions stay: they may have been there before, and others may use them.

drop function timezone_is_known;
drop function instant;
drop function extent_is_ordered;
drop domain change_operation, change_set_kind, redistribution, name_kind, number_qualifier, value_kind, claim_act,
  derivation_kind, relevance, closure_basis, closure_severity, closure_effect, event_relation_kind, participant_role,
  modality, event_kind, location_kind, actor_kind, source_kind, crossing_mode, traffic_class, direction, web_address,
  country_code, slug;
