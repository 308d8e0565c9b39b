using Gibbon.Pdk.Schemas;

namespace Gibbon.Plugins.AwsLambda;

/// <summary>Which function answers, who asks it, and what it is told.</summary>
sealed record AwsLambdaConfig : IConfigureSchema
{
    /// <summary>How long an answer may take, in milliseconds.</summary>
    public double Timeout { get; init; } = 60000;

    /// <summary>How long an unused connection is kept, in milliseconds.</summary>
    public double Keepalive { get; init; } = 60000;

    /// <summary>The key's id; without it, the machine's own credentials are used.</summary>
    [Referenceable, Encrypted]
    public string? AwsKey { get; init; }

    /// <summary>The key.</summary>
    [Referenceable, Encrypted]
    public string? AwsSecret { get; init; }

    /// <summary>The role that is taken on.</summary>
    [Referenceable, Encrypted]
    public string? AwsAssumeRoleArn { get; init; }

    /// <summary>What the time in that role is called.</summary>
    public string? AwsRoleSessionName { get; init; } = "kong";

    /// <summary>Where roles are given.</summary>
    [Url]
    public string? AwsStsEndpointUrl { get; init; }

    /// <summary>The region; without it <c>AWS_REGION</c> or <c>AWS_DEFAULT_REGION</c> in the environment.</summary>
    [Host]
    public string? AwsRegion { get; init; }

    /// <summary>The function's name or ARN.</summary>
    [Optional]
    public string? FunctionName { get; init; }

    /// <summary>The function's version or alias.</summary>
    public string? Qualifier { get; init; }

    /// <summary>Whether the answer is waited for.</summary>
    [OneOf("RequestResponse", "Event", "DryRun")]
    public string InvocationType { get; init; } = "RequestResponse";

    /// <summary>Whether the end of the function's log comes with the answer.</summary>
    [OneOf("Tail", "None")]
    public string LogType { get; init; } = "Tail";

    /// <summary>The host that is asked, in the place of AWS's.</summary>
    [Host]
    public string? Host { get; init; }

    /// <summary>Its port.</summary>
    [Port]
    public int? Port { get; init; } = 443;

    /// <summary>Whether HTTP is spoken in clear.</summary>
    public bool? DisableHttps { get; init; } = false;

    /// <summary>The status of answers of functions that failed.</summary>
    [Between(100, 999)]
    public int? UnhandledStatus { get; init; }

    /// <summary>Whether the function is told the method.</summary>
    public bool? ForwardRequestMethod { get; init; } = false;

    /// <summary>Whether the function is told path and query.</summary>
    public bool? ForwardRequestUri { get; init; } = false;

    /// <summary>Whether the function is told the headers.</summary>
    public bool? ForwardRequestHeaders { get; init; } = false;

    /// <summary>Whether the function is told the body.</summary>
    public bool? ForwardRequestBody { get; init; } = false;

    /// <summary>Whether the function says status, headers and body.</summary>
    public bool? IsProxyIntegration { get; init; } = false;

    /// <summary>Whether the function is told as Amazon's API gateway tells it.</summary>
    public bool? AwsgatewayCompatible { get; init; } = false;

    /// <summary>The proxy that is gone through.</summary>
    [Url]
    public string? ProxyUrl { get; init; }

    /// <summary>Whether bodies that do not fit into memory are left out.</summary>
    public bool? SkipLargeBodies { get; init; } = true;

    /// <summary>Whether bodies are told in Base64.</summary>
    public bool? Base64EncodeBody { get; init; } = true;

    /// <summary>How the machine's credentials are asked for.</summary>
    [OneOf("v1", "v2")]
    public string AwsImdsProtocolVersion { get; init; } = "v1";

    /// <summary>Whether empty arrays in answers become empty objects, as they did once.</summary>
    [OneOf("legacy", "correct")]
    public string EmptyArraysMode { get; init; } = "legacy";

    internal string? Region => AwsRegion ?? Environment.GetEnvironmentVariable("AWS_REGION") ?? Environment.GetEnvironmentVariable("AWS_DEFAULT_REGION");

    /// <summary>The URL that invokes the function.</summary>
    internal Uri Url(string region)
    {
        var host = Host ?? $"lambda.{region}.amazonaws.com";
        var query = Qualifier is null ? "" : $"?Qualifier={Uri.EscapeDataString(Qualifier)}";
        return new Uri(
            $"{(DisableHttps is true ? "http" : "https")}://{host}:{Port ?? 443}/2015-03-31/functions/{Uri.EscapeDataString(FunctionName ?? "")}/invocations{query}");
    }

    static void IConfigureSchema.Configure(SchemaBuilder schema)
    {
        schema.Plugin.MutuallyRequired("config.aws_key", "config.aws_secret");
        schema.Plugin.Check(["config.proxy_url"], static plugin =>
            plugin.GetMap("config")?.GetString("proxy_url") is { } proxy
            && proxy.IndexOf("://", StringComparison.Ordinal) is > 0 and var end && proxy[..end] != "http"
                ? "proxy_url scheme must be http"
                : null);
    }
}
