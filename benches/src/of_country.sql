where exists (select from event_country listed where listed.event_id = event.id and listed.country = 'XA')
