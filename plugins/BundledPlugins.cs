using Gibbon.Pdk;

namespace Gibbon.Plugins;

/// <summary>The plugins that come with the gateway.</summary>
public static class BundledPlugins
{
    /// <summary>New plugins, one of each: what one gateway runs.</summary>
    /// <param name="lua">Runs what operators write in Lua; without it only what needs no Lua machine can be configured.</param>
    public static IReadOnlyList<Plugin> Create(ILua? lua = null) =>
    [
        new Acl.AclPlugin(),
        new Acme.AcmePlugin(),
        new AwsLambda.AwsLambdaPlugin(),
        new AzureFunctions.AzureFunctionsPlugin(),
        new BasicAuth.BasicAuthPlugin(),
        new BotDetection.BotDetectionPlugin(),
        new CorrelationId.CorrelationIdPlugin(),
        new Cors.CorsPlugin(),
        new Datadog.DatadogPlugin(),
        new FileLog.FileLogPlugin(lua),
        new GrpcGateway.GrpcGatewayPlugin(),
        new GrpcWeb.GrpcWebPlugin(),
        new HmacAuth.HmacAuthPlugin(),
        new HttpLog.HttpLogPlugin(lua),
        new IpRestriction.IpRestrictionPlugin(),
        new Jwt.JwtPlugin(),
        new KeyAuth.KeyAuthPlugin(),
        new LdapAuth.LdapAuthPlugin(),
        new Loggly.LogglyPlugin(lua),
        new OAuth2.OAuth2Plugin(),
        new OpenTelemetry.OpenTelemetryPlugin(),
        new Prometheus.PrometheusPlugin(),
        new ProxyCache.ProxyCachePlugin(),
        new RateLimiting.RateLimitingPlugin(),
        new Redirect.RedirectPlugin(),
        new RequestSizeLimiting.RequestSizeLimitingPlugin(),
        new RequestTermination.RequestTerminationPlugin(),
        new RequestTransformer.RequestTransformerPlugin(lua),
        new ResponseRateLimiting.ResponseRateLimitingPlugin(),
        new ResponseTransformer.ResponseTransformerPlugin(),
        new Session.SessionPlugin(),
        new StandardWebhooks.StandardWebhooksPlugin(),
        new Statsd.StatsdPlugin(),
        new Syslog.SyslogPlugin(lua),
        new TcpLog.TcpLogPlugin(lua),
        new UdpLog.UdpLogPlugin(lua),
        new Zipkin.ZipkinPlugin(),
    ];
}
