drop trigger list_changed on location;
drop trigger list_gone on location_ancestor;
drop trigger list_new on location_ancestor;
drop trigger list_changed on article;
drop trigger list_gone on report;
drop trigger list_changed on report;
drop trigger list_new on report;
drop trigger list_gone on participation;
drop trigger list_changed on participation;
drop trigger list_new on participation;
drop trigger list_gone on event;
drop trigger list_changed on event;
drop trigger list_new on event;
drop function list_under_other_countries, list_under_places, list_under_source_of_article, list_under_sources,
  list_under_actors, list_changed_events, list_new_events;
drop procedure list_under_countries;
drop view listed_source, listed_actor, listed_country, listed_place;
drop table event_source, event_actor, event_country, event_place;
drop index name_words, article_words, event_words, location_point_flat, claim_by_as_of, closure_by_end, closure_by_recorded,
  article_by_recorded, source_by_recorded, location_by_recorded, actor_by_recorded, event_long, event_by_span,
  event_dataset_by_start, event_by_title, event_by_fatalities, event_by_recorded, event_by_end;
drop function name_matches_text, event_matches_text, event_span;
