using System.Collections.Frozen;

namespace Gibbon.Settings;

/// <summary>Settings that Kong's users carry along and that mean nothing here. They are accepted, and named once.</summary>
internal static class InertSettings
{
    // Directives that the settings above are read from, whatever namespace they stand in.
    private static readonly FrozenSet<string> Translated = new[]
    {
        "client_max_body_size", "client_body_buffer_size", "client_header_buffer_size", "large_client_header_buffers",
        "client_header_timeout", "client_body_timeout", "send_timeout", "keepalive_timeout", "keepalive_requests", "charset",
        "underscores_in_headers", "ignore_invalid_headers", "http2_max_concurrent_streams", "proxy_buffer_size", "log_format", "preread_timeout", "proxy_protocol", "proxy_half_close",
        "lua_shared_dict", "real_ip_header", "real_ip_recursive", "ssl_protocols", "ssl_prefer_server_ciphers", "ssl_session_tickets",
        "ssl_session_timeout", "worker_processes", "worker_connections", "worker_shutdown_timeout", "daemon",
    }.ToFrozenSet();

    /// <returns>One line that names them all; null when there are none.</returns>
    public static string? Warning(SettingValues texts)
    {
        var names = texts.Names.Where(name => texts.IsGiven(name) && IsInert(name, texts.Text(name)!)).Order(StringComparer.Ordinal).ToList();
        return names.Count == 0 ? null : $"accepted, but without effect in this gateway: {string.Join(", ", names)}";
    }

    // Who writes a default down, as the sample file invites to, has no effect in mind.
    private static bool IsInert(string name, string text)
    {
        if (KnownSettings.Find(name) is { } setting)
            return setting.Inert && text.Length > 0 && text != setting.Default;
        return text is not ("" or "NONE") && SettingNamespaces.Directive(name) is var (_, directive) && !Translated.Contains(directive);
    }
}
