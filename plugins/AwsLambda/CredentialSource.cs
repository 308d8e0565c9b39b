using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Xml.Linq;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;
using Gibbon.Shared.Aws;

namespace Gibbon.Plugins.AwsLambda;

/// <summary>
/// Finds out who asks AWS: the configured key, else the environment, a web identity, the container's or the machine's own; in a role, if one
/// is wanted. What was given for a time is asked for again before it ends.
/// </summary>
/// <param name="host">The gateway.</param>
sealed class CredentialSource(PluginHost host)
{
    static readonly TimeSpan Early = TimeSpan.FromMinutes(1);
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    readonly ConcurrentDictionary<string, AwsCredentials> known = new(StringComparer.Ordinal);

    /// <summary>The credentials for a configuration.</summary>
    /// <returns>The credentials, or why there are none.</returns>
    public async ValueTask<Result<AwsCredentials>> GetAsync(AwsLambdaConfig config, string region, CancellationToken cancellation)
    {
        if (config is { AwsKey: { } id, AwsSecret: { } secret, AwsAssumeRoleArn: null })
            return new AwsCredentials(id, secret);

        var key = $"{config.AwsKey} {config.AwsAssumeRoleArn} {config.AwsRoleSessionName} {config.AwsStsEndpointUrl} {config.ProxyUrl} {region} {config.AwsImdsProtocolVersion}";
        if (known.TryGetValue(key, out var kept) && (kept.Expires is null || kept.Expires - Early > host.Time.GetUtcNow()))
            return kept;

        var found = await FindAsync(config, region, cancellation);
        if (found.IsOk)
            known[key] = found.Value;

        return found;
    }

    static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;

    async ValueTask<Result<AwsCredentials>> FindAsync(AwsLambdaConfig config, string region, CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(Patience);
        try
        {
            var own = config is { AwsKey: { } id, AwsSecret: { } secret }
                ? new AwsCredentials(id, secret)
                : FromEnvironment() ?? await FromWebIdentityAsync(config, region, patience.Token) ?? await FromContainerAsync(patience.Token)
                    ?? await FromMachineAsync(config.AwsImdsProtocolVersion == "v2", patience.Token);
            if (own is null)
                return Result.Failure<AwsCredentials>("no credentials found");

            return config.AwsAssumeRoleArn is null ? own : await AssumeRoleAsync(config, region, own, patience.Token);
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or FormatException or System.Xml.XmlException or OperationCanceledException)
        {
            return Result.Failure<AwsCredentials>($"no credentials found: {(failure is OperationCanceledException ? "timeout" : failure.Message)}");
        }
    }

    static AwsCredentials? FromEnvironment() => Variable("AWS_ACCESS_KEY_ID") is { } id && Variable("AWS_SECRET_ACCESS_KEY") is { } secret
        ? new AwsCredentials(id, secret, Variable("AWS_SESSION_TOKEN"))
        : null;

    async ValueTask<AwsCredentials?> FromWebIdentityAsync(AwsLambdaConfig config, string region, CancellationToken cancellation)
    {
        if (Variable("AWS_WEB_IDENTITY_TOKEN_FILE") is not { } file || Variable("AWS_ROLE_ARN") is not { } role)
            return null;

        var token = (await File.ReadAllTextAsync(file, cancellation)).Trim();
        var form = Form(
            ("Action", "AssumeRoleWithWebIdentity"), ("RoleArn", role), ("RoleSessionName", Variable("AWS_ROLE_SESSION_NAME") ?? "kong"),
            ("WebIdentityToken", token));
        return await AskStsAsync(config, region, form, null, cancellation);
    }

    async ValueTask<AwsCredentials> AssumeRoleAsync(AwsLambdaConfig config, string region, AwsCredentials own, CancellationToken cancellation) =>
        await AskStsAsync(
            config,
            region,
            Form(("Action", "AssumeRole"), ("RoleArn", config.AwsAssumeRoleArn!), ("RoleSessionName", config.AwsRoleSessionName ?? "kong")),
            own,
            cancellation);

    static string Form(params ReadOnlySpan<(string Name, string Value)> fields)
    {
        var form = new StringBuilder();
        foreach (var (name, value) in fields)
            form.Append(name).Append('=').Append(Uri.EscapeDataString(value)).Append('&');

        return form.Append("Version=2011-06-15").ToString();
    }

    async ValueTask<AwsCredentials> AskStsAsync(AwsLambdaConfig config, string region, string form, AwsCredentials? own, CancellationToken cancellation)
    {
        var body = Encoding.ASCII.GetBytes(form);
        using var request = new HttpRequestMessage(HttpMethod.Post, config.AwsStsEndpointUrl ?? $"https://sts.{region}.amazonaws.com/")
        {
            Content = new ByteArrayContent(body),
        };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/x-www-form-urlencoded");
        if (own is not null)
            AwsSignature.Sign(request, body, own, region, "sts", host.Time.GetUtcNow());

        var client = host.Http.Get(new HttpClientOptions { VerifyTls = false, Proxy = config.ProxyUrl is null ? null : new Uri(config.ProxyUrl) });
        using var response = await client.SendAsync(request, cancellation);
        var answer = XDocument.Parse(await response.Content.ReadAsStringAsync(cancellation));
        string? Element(string name) => answer.Descendants().FirstOrDefault(element => element.Name.LocalName == name)?.Value;
        if (!response.IsSuccessStatusCode || Element("AccessKeyId") is not { } id || Element("SecretAccessKey") is not { } secret)
            throw new HttpRequestException($"the role was refused: {Element("Code")}");

        return new AwsCredentials(id, secret, Element("SessionToken"), Time(Element("Expiration")));
    }

    async ValueTask<AwsCredentials?> FromContainerAsync(CancellationToken cancellation)
    {
        var url = Variable("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI") is { } path
            ? $"http://169.254.170.2{path}"
            : Variable("AWS_CONTAINER_CREDENTIALS_FULL_URI");
        return url is null ? null : Read(await AskAsync(HttpMethod.Get, url, "Authorization", Variable("AWS_CONTAINER_AUTHORIZATION_TOKEN"), cancellation));
    }

    async ValueTask<AwsCredentials?> FromMachineAsync(bool withToken, CancellationToken cancellation)
    {
        if (Variable("AWS_EC2_METADATA_DISABLED") is "true")
            return null;

        var machine = Variable("AWS_EC2_METADATA_SERVICE_ENDPOINT")?.TrimEnd('/') ?? "http://169.254.169.254";
        var token = withToken
            ? await AskAsync(HttpMethod.Put, $"{machine}/latest/api/token", "X-aws-ec2-metadata-token-ttl-seconds", "21600", cancellation)
            : null;
        var roles = $"{machine}/latest/meta-data/iam/security-credentials/";
        var role = (await AskAsync(HttpMethod.Get, roles, "X-aws-ec2-metadata-token", token, cancellation)).Split('\n')[0].Trim();
        return Read(await AskAsync(HttpMethod.Get, roles + role, "X-aws-ec2-metadata-token", token, cancellation));
    }

    async ValueTask<string> AskAsync(HttpMethod method, string url, string header, string? value, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(method, url);
        if (value is not null)
            request.Headers.TryAddWithoutValidation(header, value);

        using var response = await host.Http.Get(new HttpClientOptions { ConnectTimeout = TimeSpan.FromSeconds(5) }).SendAsync(request, cancellation);
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadAsStringAsync(cancellation);
    }

    static AwsCredentials? Read(string json) =>
        ValueJson.TryRead(Encoding.UTF8.GetBytes(json), out var value, out _) && value is ValueMap map
        && map.GetString("AccessKeyId") is { } id && map.GetString("SecretAccessKey") is { } secret
            ? new AwsCredentials(id, secret, map.GetString("Token"), Time(map.GetString("Expiration")))
            : null;

    static DateTimeOffset? Time(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;
}
