drop table token;
drop domain role;
