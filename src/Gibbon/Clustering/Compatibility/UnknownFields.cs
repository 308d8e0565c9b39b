using System.Collections.Concurrent;

namespace Gibbon.Clustering.Compatibility;

/// <summary>Fields of plugins that came with a version of Kong: data planes before it do not know them, and would refuse the whole configuration.</summary>
internal static class UnknownFields
{
    // version that brought them, plugin, fields
    private const string Table =
        """
        3.1 acme enable_ipv4_common_name storage_config.redis.ssl storage_config.redis.ssl_verify storage_config.redis.ssl_server_name
        3.1 rate-limiting error_code error_message
        3.1 response-ratelimiting redis_ssl redis_ssl_verify redis_server_name
        3.1 datadog retry_count queue_size flush_timeout
        3.1 statsd retry_count queue_size flush_timeout
        3.1 session cookie_persistent
        3.1 zipkin http_response_header_for_traceid
        3.2 statsd tag_style
        3.2 session audience absolute_timeout remember_cookie_name remember_rolling_timeout remember_absolute_timeout response_headers request_headers
        3.2 aws-lambda aws_imds_protocol_version
        3.2 zipkin phase_duration_flavor
        3.3 acme account_key storage_config.redis.namespace
        3.3 aws-lambda disable_https
        3.3 proxy-cache ignore_uri_case
        3.3 opentelemetry http_response_header_for_traceid queue header_type
        3.3 http-log queue
        3.3 statsd queue
        3.3 datadog queue
        3.3 zipkin queue
        3.4 rate-limiting sync_rate
        3.4 proxy-cache response_headers
        3.5 acme storage_config.redis.scan_count
        3.5 cors private_network
        3.5 session read_body_for_logout
        3.6 opentelemetry sampling_rate
        3.6 basic-auth realm
        3.7 opentelemetry propagation
        3.7 zipkin propagation
        3.7 ai-proxy response_streaming model.options.upstream_path
        3.7 ai-request-transformer llm.model.options.upstream_path
        3.7 ai-response-transformer llm.model.options.upstream_path
        3.7 key-auth realm
        3.8 response-transformer rename.json
        3.8 aws-lambda empty_arrays_mode
        3.8 ldap-auth realm
        3.8 hmac-auth realm
        3.8 jwt realm
        3.8 oauth2 realm
        3.8 opentelemetry traces_endpoint logs_endpoint queue.concurrency_limit
        3.8 ai-proxy max_request_body_size model.options.gemini auth.gcp_use_service_account auth.gcp_service_account_json model.options.bedrock
        3.8 ai-proxy auth.aws_access_key_id auth.aws_secret_access_key auth.allow_override model_name_header
        3.8 ai-prompt-decorator max_request_body_size
        3.8 ai-prompt-guard match_all_roles max_request_body_size
        3.8 ai-prompt-template max_request_body_size
        3.8 ai-request-transformer max_request_body_size llm.model.options.gemini llm.auth.gcp_use_service_account llm.auth.gcp_service_account_json
        3.8 ai-request-transformer llm.model.options.bedrock llm.auth.aws_access_key_id llm.auth.aws_secret_access_key llm.auth.allow_override
        3.8 ai-response-transformer max_request_body_size llm.model.options.gemini llm.auth.gcp_use_service_account llm.auth.gcp_service_account_json
        3.8 ai-response-transformer llm.model.options.bedrock llm.auth.aws_access_key_id llm.auth.aws_secret_access_key llm.auth.allow_override
        3.8 prometheus ai_metrics
        3.8 acl always_use_authenticated_groups
        3.8 http-log queue.concurrency_limit
        3.8 statsd queue.concurrency_limit
        3.8 datadog queue.concurrency_limit
        3.8 zipkin queue.concurrency_limit
        3.9.1 ai-proxy llm_format
        3.9.1 ai-prompt-guard llm_format
        3.9.1 ai-prompt-decorator llm_format
        """;

    private static readonly (long Version, string Plugin, string[] Fields)[] Rows =
    [
        .. Table.Split('\n').Select(static line => line.Split(' ')).Select(static words => (KongVersion.Number(words[0]), words[1], words[2..])),
    ];

    private static readonly ConcurrentDictionary<long, ILookup<string, string>> Known = new();

    /// <summary>By plugin, what a data plane of this version does not know.</summary>
    public static ILookup<string, string> For(long version) => Known.GetOrAdd(
        version,
        static wanted => Rows.Where(row => wanted < row.Version).SelectMany(static row => row.Fields.Select(field => (row.Plugin, field)))
            .Order().ToLookup(static pair => pair.Plugin, static pair => pair.field));
}
