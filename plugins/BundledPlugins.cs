using Gibbon.Pdk;

namespace Gibbon.Plugins;

/// <summary>The plugins that come with the gateway.</summary>
public static class BundledPlugins
{
    /// <summary>New plugins, one of each: what one gateway runs.</summary>
    public static IReadOnlyList<Plugin> Create() =>
    [
        new Acl.AclPlugin(),
        new AwsLambda.AwsLambdaPlugin(),
        new AzureFunctions.AzureFunctionsPlugin(),
        new BasicAuth.BasicAuthPlugin(),
        new CorrelationId.CorrelationIdPlugin(),
        new Cors.CorsPlugin(),
        new Datadog.DatadogPlugin(),
        new FileLog.FileLogPlugin(),
        new HttpLog.HttpLogPlugin(),
        new IpRestriction.IpRestrictionPlugin(),
        new KeyAuth.KeyAuthPlugin(),
        new Loggly.LogglyPlugin(),
        new OpenTelemetry.OpenTelemetryPlugin(),
        new Prometheus.PrometheusPlugin(),
        new RateLimiting.RateLimitingPlugin(),
        new RequestTermination.RequestTerminationPlugin(),
        new RequestTransformer.RequestTransformerPlugin(),
        new ResponseTransformer.ResponseTransformerPlugin(),
        new Statsd.StatsdPlugin(),
        new Syslog.SyslogPlugin(),
        new TcpLog.TcpLogPlugin(),
        new UdpLog.UdpLogPlugin(),
        new Zipkin.ZipkinPlugin(),
    ];
}
