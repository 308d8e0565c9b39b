using Gibbon.Pdk;

namespace Gibbon.Plugins;

/// <summary>The plugins that come with the gateway.</summary>
public static class BundledPlugins
{
    /// <summary>New plugins, one of each: what one gateway runs.</summary>
    public static IReadOnlyList<Plugin> Create() =>
    [
        new Acl.AclPlugin(),
        new BasicAuth.BasicAuthPlugin(),
        new BotDetection.BotDetectionPlugin(),
        new CorrelationId.CorrelationIdPlugin(),
        new Cors.CorsPlugin(),
        new HmacAuth.HmacAuthPlugin(),
        new HttpLog.HttpLogPlugin(),
        new IpRestriction.IpRestrictionPlugin(),
        new Jwt.JwtPlugin(),
        new KeyAuth.KeyAuthPlugin(),
        new LdapAuth.LdapAuthPlugin(),
        new OAuth2.OAuth2Plugin(),
        new Prometheus.PrometheusPlugin(),
        new ProxyCache.ProxyCachePlugin(),
        new RateLimiting.RateLimitingPlugin(),
        new Redirect.RedirectPlugin(),
        new RequestSizeLimiting.RequestSizeLimitingPlugin(),
        new RequestTermination.RequestTerminationPlugin(),
        new RequestTransformer.RequestTransformerPlugin(),
        new ResponseRateLimiting.ResponseRateLimitingPlugin(),
        new ResponseTransformer.ResponseTransformerPlugin(),
        new Session.SessionPlugin(),
        new StandardWebhooks.StandardWebhooksPlugin(),
    ];
}
