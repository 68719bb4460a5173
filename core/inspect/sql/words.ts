/** Words by what they do in SQL, across dialects (PostgreSQL, MySQL, SQLite, SQL Server, Oracle). */

function words(text: string): ReadonlySet<string> {
  return new Set(text.split(' '));
}

export const CONJUNCTIONS = words('and or xor && ||');
export const SET_OPERATORS = words('union except intersect minus');
export const COMPARISONS = words('= == < > <= >= <> != !< !> <=> ~ !~ ~* !~* @> <@ :=');
export const ARITHMETIC = words('+ - * / % ^ | & || << >> -> ->> #> #>> div mod');
/** Comparisons that are English too: what follows them has to say which. */
export const LITERAL_WORDS = words(
  'null true false unknown default current_user session_user system_user user rowid sysdate',
);

/** Words that no sentence has, or that a sentence has in lower case. */
export const KEYWORDS = words(
  'select insert update delete drop truncate alter create replace merge exec execute declare grant revoke from where having group order by limit offset into values table database union intersect except distinct join inner outer left right on using like between is null case when then else end procedure function trigger view index waitfor delay cast convert collate regexp rlike glob and or not xor exists set attach pragma returning information_schema sysobjects sqlite_master',
);

/** Called with something between the parentheses, none of these is an ordinary value: they wait, read files, run programs or fail aloud. */
export const DANGEROUS_CALLS = words(
  'sleep benchmark pg_sleep pg_sleep_for pg_sleep_until generate_series randomblob zeroblob load_file load_extension extractvalue updatexml xmltype dblink dblink_connect lo_import lo_export lo_get lo_put pg_read_file pg_read_binary_file pg_ls_dir pg_stat_file query_to_xml database_to_xml get_lock name_const gtid_subset gtid_subtract json_search json_keys json_extract json_array json_value json_query unhex group_concat find_in_set substring_index make_set elt export_set openrowset opendatasource openquery sys_eval sys_exec bfilename httpuritype sqlite_compileoption_used sqlite_compileoption_get sqlite_version fn_xe_file_target_read_file fn_get_audit_file is_srvrolemember has_dbaccess current_setting set_config xp_cmdshell xp_dirtree array_to_string string_agg to_regclass unistr st_latfromgeohash st_pointfromgeohash nvl2 nchar',
);

/** Functions of SQL that other languages have too. */
export const COMMON_CALLS = words(
  'ascii chr concat concat_ws char substring substr mid left right instr locate position hex ord conv version database schema user system_user current_user session_user count min max sum avg floor rand random round mod if iif ifnull nullif isnull coalesce cast convert length len char_length lower upper reverse encode decode md5 sha1 overlay replace lpad rpad greatest least glob likelihood likely xmlexists now date bool_or any all exists row field strcmp quote trim ltrim rtrim starts_with to_char to_number pow bin oct stuff patindex charindex db_name object_id object_name col_name host_name suser_sname',
);

export const STATEMENT_OBJECTS = words(
  'table database schema view index function procedure proc trigger user role login extension sequence type assembly tablespace materialized temporary temp or unique event server package synonym',
);

export const SQL_TYPES = words(
  'int integer int2 int4 int8 bigint smallint text varchar char bool boolean numeric decimal float float4 float8 double real json jsonb xml uuid date time timestamp timestamptz interval bytea regclass regtype name oid inet money bit array',
);

export const SYSTEM_NAMES = words(
  'information_schema sysobjects syscolumns sysdatabases sqlite_master sqlite_schema sqlite_temp_master pg_catalog pg_shadow pg_user pg_class pg_tables pg_database msysobjects all_tables user_tables all_tab_columns dba_users v$version sysusers syslogins master..sysdatabases xp_cmdshell xp_dirtree xp_fileexist xp_regread sp_executesql sp_oacreate sp_configure',
);
