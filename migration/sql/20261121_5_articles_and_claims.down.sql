drop table claim_relay, claim, claim_property_code, claim_property, report_closure, report, article_derivation, article cascade;
drop function refuse_edit_of_claim;
