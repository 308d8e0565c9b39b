using System.Collections.Frozen;

namespace Gibbon.Settings;

/// <summary>Names that are settings without being on the list: <c>nginx_http_gzip</c>, <c>vault_env_prefix</c>, <c>pluginserver_go_socket</c>.</summary>
internal static class SettingNamespaces
{
    // The longest first: nginx_wasm_v8_x is not a directive "v8_x" of nginx_wasm_.
    private static readonly string[] Prefixes =
    [
        "nginx_wasm_wasmtime_", "nginx_wasm_wasmer_", "nginx_wasm_shm_kv_", "nginx_supstream_", "nginx_wasm_v8_", "nginx_upstream_",
        "nginx_location_", "nginx_sproxy_", "nginx_stream_", "nginx_events_", "nginx_status_", "nginx_admin_", "nginx_proxy_",
        "nginx_debug_", "nginx_http_", "nginx_main_", "nginx_wasm_", "pluginserver_", "vault_",
    ];

    private static readonly FrozenSet<string> NotDirectives = new[]
    {
        "nginx_http_upstream_keepalive", "nginx_http_upstream_keepalive_requests", "nginx_http_upstream_keepalive_timeout",
        "nginx_http_lua_ssl_protocols", "nginx_stream_lua_ssl_protocols",
    }.ToFrozenSet();

    public static bool Contains(string name) => Prefix(name) is not null;

    /// <summary>The directive and its namespace in <c>nginx_http_gzip</c>: <c>http</c>, <c>gzip</c>; null for what is no directive.</summary>
    public static (string Namespace, string Directive)? Directive(string name)
    {
        if (Prefix(name) is not { } prefix || !prefix.StartsWith("nginx_", StringComparison.Ordinal) || NotDirectives.Contains(name))
            return null;
        return (prefix["nginx_".Length..^1], name[prefix.Length..]);
    }

    private static string? Prefix(string name)
    {
        foreach (var prefix in Prefixes)
        {
            if (name.Length > prefix.Length && name.StartsWith(prefix, StringComparison.Ordinal))
                return prefix;
        }

        return null;
    }
}
