drop function claim_origins(uuid[]);
drop function article_origins(uuid[]);
drop type origin;
drop trigger refuse_cycle_of_created on article_derivation;
drop trigger refuse_cycle_of_updated on article_derivation;
drop function refuse_derivation_cycle;
