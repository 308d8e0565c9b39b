using Gibbon.Pdk;

namespace Gibbon.Plugins;

/// <summary>The plugins that come with the gateway.</summary>
public static class BundledPlugins
{
    /// <summary>New plugins, one of each: what one gateway runs.</summary>
    public static IReadOnlyList<Plugin> Create() =>
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
        new FileLog.FileLogPlugin(),
        new GrpcGateway.GrpcGatewayPlugin(),
        new GrpcWeb.GrpcWebPlugin(),
        new HmacAuth.HmacAuthPlugin(),
        new HttpLog.HttpLogPlugin(),
        new IpRestriction.IpRestrictionPlugin(),
        new Jwt.JwtPlugin(),
        new KeyAuth.KeyAuthPlugin(),
        new LdapAuth.LdapAuthPlugin(),
        new Loggly.LogglyPlugin(),
        new OAuth2.OAuth2Plugin(),
        new OpenTelemetry.OpenTelemetryPlugin(),
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
        new Statsd.StatsdPlugin(),
        new Syslog.SyslogPlugin(),
        new TcpLog.TcpLogPlugin(),
        new UdpLog.UdpLogPlugin(),
        new Zipkin.ZipkinPlugin(),
    ];
}
