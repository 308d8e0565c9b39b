using Gibbon.Settings;

namespace Gibbon.Proxy.Watching;

/// <summary>Which steps of a request become spans (<c>tracing_instrumentations</c>).</summary>
[Flags]
internal enum Instrumentations
{
    None = 0,
    Request = 1,
    Router = 2,
    PluginRewrite = 4,
    PluginAccess = 8,
    PluginHeaderFilter = 16,
    DnsQuery = 32,
    Balancer = 64,
    HttpClient = 128,
    DatabaseQuery = 256,
    All = Request | Router | PluginRewrite | PluginAccess | PluginHeaderFilter | DnsQuery | Balancer | HttpClient | DatabaseQuery,
}

/// <summary>Kong's words for them.</summary>
internal static class InstrumentationNames
{
    /// <summary>Any of them brings the request's own span with it.</summary>
    public static Instrumentations Of(TracingSettings settings)
    {
        Instrumentations all = Instrumentations.None;
        foreach (string name in settings.Instrumentations)
        {
            all |= Instrumentations.Request | name switch
            {
                "all" => Instrumentations.All,
                "router" => Instrumentations.Router,
                "plugin_rewrite" => Instrumentations.PluginRewrite,
                "plugin_access" => Instrumentations.PluginAccess,
                "plugin_header_filter" => Instrumentations.PluginHeaderFilter,
                "dns_query" => Instrumentations.DnsQuery,
                "balancer" => Instrumentations.Balancer,
                "http_client" => Instrumentations.HttpClient,
                "db_query" => Instrumentations.DatabaseQuery,
                _ => Instrumentations.None,
            };
        }

        return all;
    }
}
