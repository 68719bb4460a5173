/**
 * Functions that do more than compute, so that a SELECT of them is none: they read and write files, speak to other hosts, run
 * programs or statements given as text, change settings, or make the database wait.
 *
 * From the manuals: PostgreSQL 18 chapters 9.28 and F, MySQL 8.4 chapter 14, SQLite's core functions and extensions, SQL Server's
 * system procedures, Oracle's PL/SQL packages.
 */

const NAMES = new Set(
  [
    // PostgreSQL: files, large objects, other databases
    'lo_import lo_export lo_from_bytea lo_put lo_unlink lo_create lo_creat dblink pg_stat_file copy_from_program',
    // PostgreSQL: statements as text
    'query_to_xml query_to_xmlschema query_to_xml_and_xmlschema cursor_to_xml database_to_xml schema_to_xml table_to_xml ts_stat ts_rewrite crosstab crosstab2 crosstab3 crosstab4 connectby xpath_table',
    // PostgreSQL: the server itself
    'pg_sleep pg_sleep_for pg_sleep_until set_config setval nextval pg_terminate_backend pg_cancel_backend pg_reload_conf pg_rotate_logfile pg_promote pg_switch_wal pg_create_restore_point pg_backup_start pg_backup_stop pg_notify pg_current_logfile pg_export_snapshot pg_replication_slot_advance pg_drop_replication_slot pg_create_physical_replication_slot pg_create_logical_replication_slot pg_file_write pg_file_rename pg_file_unlink pg_file_sync pg_execute_server_program',
    // MySQL
    'load_file sleep benchmark get_lock release_lock release_all_locks is_free_lock is_used_lock master_pos_wait source_pos_wait wait_for_executed_gtid_set sys_exec sys_eval sys_get sys_set lib_mysqludf_sys_info',
    // SQLite
    'load_extension readfile writefile edit fts3_tokenizer zipfile fsdir lsdir',
    // SQL Server
    'openrowset opendatasource openquery openxml fn_xe_file_target_read_file fn_get_audit_file fn_trace_gettable',
    // DuckDB
    'read_csv read_csv_auto read_json read_json_auto read_parquet read_text read_blob parquet_scan sniff_csv getenv',
    // ClickHouse
    'file url s3 remote remotesecure hdfs executable mysql postgresql odbc jdbc',
    // Oracle
    'httpuritype xmltype dbms_xmlgen',
  ]
    .join(' ')
    .split(' '),
);

const PREFIXES =
  /^(?:xp_|sp_|dblink_|pg_read_|pg_ls_|pg_logical_|pg_replication_origin_|pg_advisory_|pg_try_advisory_|pg_file_|lo_(?:read|write|open)|lo(?:read|write)$|dbms_|utl_)/;

/** Table functions whose names are ordinary words: only where a table stands. */
const IN_FROM_ONLY = new Set([
  'file',
  'url',
  's3',
  'remote',
  'hdfs',
  'executable',
  'mysql',
  'postgresql',
  'odbc',
  'jdbc',
]);

/** `name` in lower case, without its schema. */
export function isActing(name: string, inFrom: boolean): boolean {
  if (IN_FROM_ONLY.has(name)) return inFrom;
  return NAMES.has(name) || PREFIXES.test(name);
}
