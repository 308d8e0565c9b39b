using System.Globalization;
using System.Xml;
using System.Xml.Linq;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;
using Gibbon.Shared.Aws;

namespace Gibbon.Vaults;

/// <summary>
/// Finds out who asks AWS: the environment, a web identity, the container's or the machine's own; in a role, if one is wanted.
/// </summary>
/// <param name="config">The vault.</param>
/// <param name="time">The clock.</param>
internal sealed class AwsLogin(AwsVaultConfig config, TimeProvider time)
{
    private static readonly TimeSpan s_early = TimeSpan.FromMinutes(1);

    private volatile AwsCredentials? _known;

    public static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;

    /// <summary>The key, or why there is none.</summary>
    public async Task<Result<AwsCredentials>> GetAsync(string region, CancellationToken cancellation)
    {
        if (_known is { } known && (known.Expires is null || known.Expires - s_early > time.GetUtcNow()))
        {
            return known;
        }

        Result<AwsCredentials> own = await OwnAsync(region, cancellation).ConfigureAwait(false);
        Result<AwsCredentials> found = own.IsOk && config.AssumeRoleArn is { } role
            ? await AskStsAsync(
                region, own.Value, cancellation,
                ("Action", "AssumeRole"), ("RoleArn", role), ("RoleSessionName", config.RoleSessionName ?? "KongVault"), ("Version", "2011-06-15")).ConfigureAwait(false)
            : own;
        _known = found.Value;
        return found;
    }

    private async Task<Result<AwsCredentials>> OwnAsync(string region, CancellationToken cancellation)
    {
        if (Variable("AWS_ACCESS_KEY_ID") is { } id && Variable("AWS_SECRET_ACCESS_KEY") is { } secret)
        {
            return new AwsCredentials(id, secret, Variable("AWS_SESSION_TOKEN"));
        }

        if (Variable("AWS_WEB_IDENTITY_TOKEN_FILE") is { } file && Variable("AWS_ROLE_ARN") is { } role)
        {
            Result<string> token = VaultHttp.ReadFile(file);
            return token.IsOk
                ? await AskStsAsync(
                    region, null, cancellation,
                    ("Action", "AssumeRoleWithWebIdentity"), ("RoleArn", role), ("RoleSessionName", config.RoleSessionName ?? "KongVault"),
                    ("WebIdentityToken", token.Value), ("Version", "2011-06-15")).ConfigureAwait(false)
                : Result.Failure<AwsCredentials>(token.Error);
        }

        string? container = Variable("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI") is { } path
            ? $"http://169.254.170.2{path}"
            : Variable("AWS_CONTAINER_CREDENTIALS_FULL_URI");
        return container is not null
            ? Read(await VaultHttp.SendAsync(HttpMethod.Get, container, null, cancellation, ("Authorization", Variable("AWS_CONTAINER_AUTHORIZATION_TOKEN")))
                .ConfigureAwait(false))
            : await OfMachineAsync(cancellation).ConfigureAwait(false);
    }

    private static async Task<Result<AwsCredentials>> OfMachineAsync(CancellationToken cancellation)
    {
        string machine = Variable("AWS_EC2_METADATA_SERVICE_ENDPOINT")?.TrimEnd('/') ?? "http://169.254.169.254";
        Result<VaultAnswer> token = await VaultHttp.SendAsync(
            HttpMethod.Put, $"{machine}/latest/api/token", null, cancellation, ("X-aws-ec2-metadata-token-ttl-seconds", "300")).ConfigureAwait(false);
        if (!token.IsOk)
        {
            return Result.Failure<AwsCredentials>("no credentials found");
        }

        (string, string?) shown = ("X-aws-ec2-metadata-token", System.Text.Encoding.ASCII.GetString(token.Value.Body));
        string roles = $"{machine}/latest/meta-data/iam/security-credentials/";
        Result<VaultAnswer> names = await VaultHttp.SendAsync(HttpMethod.Get, roles, null, cancellation, shown).ConfigureAwait(false);
        return names is { IsOk: true, Value.Status: 200 }
            ? Read(await VaultHttp.SendAsync(
                HttpMethod.Get, roles + System.Text.Encoding.ASCII.GetString(names.Value.Body).Split('\n')[0].Trim(), null, cancellation, shown).ConfigureAwait(false))
            : Result.Failure<AwsCredentials>("no credentials found");
    }

    private static Result<AwsCredentials> Read(Result<VaultAnswer> answer) =>
        answer.IsOk && answer.Value.Json is var map && map.GetString("AccessKeyId") is { } id && map.GetString("SecretAccessKey") is { } secret
            ? new AwsCredentials(id, secret, map.GetString("Token"), Time(map.GetString("Expiration")))
            : Result.Failure<AwsCredentials>("no credentials found");

    private async Task<Result<AwsCredentials>> AskStsAsync(string region, AwsCredentials? own, CancellationToken cancellation, params (string Name, string Value)[] fields)
    {
        (byte[] data, string type) = VaultHttp.Form(fields);
        using HttpRequestMessage request = new(HttpMethod.Post, config.StsEndpointUrl ?? $"https://sts.{region}.amazonaws.com/") { Content = new ByteArrayContent(data) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        if (own is not null)
        {
            AwsSignature.Sign(request, data, own, region, "sts", time.GetUtcNow());
        }

        Result<VaultAnswer> answer = await VaultHttp.SendAsync(request, cancellation).ConfigureAwait(false);
        if (!answer.IsOk || answer.Value.Status != 200)
        {
            return Result.Failure<AwsCredentials>(answer.IsOk ? $"the role was refused: status {answer.Value.Status}" : answer.Error);
        }

        try
        {
            XDocument document = XDocument.Parse(System.Text.Encoding.UTF8.GetString(answer.Value.Body));
            string? Element(string name) => document.Descendants().FirstOrDefault(element => element.Name.LocalName == name)?.Value;
            return Element("AccessKeyId") is { } id && Element("SecretAccessKey") is { } secret
                ? new AwsCredentials(id, secret, Element("SessionToken"), Time(Element("Expiration")))
                : Result.Failure<AwsCredentials>("the role was given without a key");
        }
        catch (XmlException)
        {
            return Result.Failure<AwsCredentials>("the role was given in no XML");
        }
    }

    private static DateTimeOffset? Time(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time) ? time : null;
}
