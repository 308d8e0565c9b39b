using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Vaults;

/// <summary>
/// Google Cloud's Secret Manager, asked in the name of the account in <c>GCP_SERVICE_ACCOUNT</c>, or of the machine where there is none.
/// </summary>
/// <param name="config">The project.</param>
/// <param name="time">The clock.</param>
/// <param name="server">Where it is.</param>
internal sealed class GcpVault(GcpVaultConfig config, TimeProvider time, string server = "https://secretmanager.googleapis.com") : ISecretVault
{
    private const string Scope = "https://www.googleapis.com/auth/cloud-platform";
    private const long TokenLife = 3600;

    private readonly SecretToken _token = new(time);

    public async Task<Result<FetchedSecret>> FetchAsync(string resource, long? version, CancellationToken cancellation = default)
    {
        Result<string> token = await _token.GetAsync(LogInAsync, cancellation).ConfigureAwait(false);
        if (!token.IsOk)
        {
            return Result.Failure<FetchedSecret>(token.Error);
        }

        string number = version?.ToString(CultureInfo.InvariantCulture) ?? "latest";
        Result<VaultAnswer> answer = await VaultHttp.SendAsync(
            HttpMethod.Get,
            $"{server}/v1/projects/{Uri.EscapeDataString(config.ProjectId)}/secrets/{Uri.EscapeDataString(resource)}/versions/{number}:access",
            null,
            cancellation,
            ("Authorization", $"Bearer {token.Value}")).ConfigureAwait(false);
        if (!answer.IsOk)
        {
            return Result.Failure<FetchedSecret>(answer.Error);
        }

        return answer.Value.Status switch
        {
            200 => Read(answer.Value.Json.GetMap("payload")?.GetString("data")),
            404 => new FetchedSecret(null),
            _ => Result.Failure<FetchedSecret>($"invalid status code received: {answer.Value.Status}"),
        };
    }

    private static Result<FetchedSecret> Read(string? data)
    {
        byte[] bytes = new byte[data?.Length ?? 0];
        return data is not null && Convert.TryFromBase64String(data, bytes, out int length)
            ? new FetchedSecret(Encoding.UTF8.GetString(bytes, 0, length))
            : Result.Failure<FetchedSecret>("the answer has no payload");
    }

    private async Task<Result<(string Token, long Seconds)>> LogInAsync(CancellationToken cancellation)
    {
        Result<VaultAnswer> answer = Environment.GetEnvironmentVariable("GCP_SERVICE_ACCOUNT") is { Length: > 0 } account
            ? await LogInAsAsync(account, cancellation).ConfigureAwait(false)
            : await VaultHttp.SendAsync(
                HttpMethod.Get,
                $"http://{Environment.GetEnvironmentVariable("GCE_METADATA_HOST") ?? "metadata.google.internal"}/computeMetadata/v1/instance/service-accounts/default/token",
                null,
                cancellation,
                ("Metadata-Flavor", "Google")).ConfigureAwait(false);
        if (!answer.IsOk)
        {
            return Result.Failure<(string, long)>(answer.Error);
        }

        return answer.Value.Json.GetString("access_token") is { } token
            ? (token, answer.Value.Json.Get("expires_in") as long? ?? TokenLife)
            : Result.Failure<(string, long)>($"could not authenticate: status {answer.Value.Status}");
    }

    private async Task<Result<VaultAnswer>> LogInAsAsync(string account, CancellationToken cancellation)
    {
        if (!ValueJson.TryRead(Encoding.UTF8.GetBytes(account), out object? value, out _) || value is not ValueMap map
            || map.GetString("client_email") is not { } name || map.GetString("private_key") is not { } key)
        {
            return Result.Failure<VaultAnswer>("GCP_SERVICE_ACCOUNT is no service account");
        }

        string server = map.GetString("token_uri") ?? "https://oauth2.googleapis.com/token";
        try
        {
            return await VaultHttp.SendAsync(
                HttpMethod.Post,
                server,
                VaultHttp.Form(("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"), ("assertion", Assertion(name, key, server))),
                cancellation).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is CryptographicException or ArgumentException)
        {
            return Result.Failure<VaultAnswer>("the private key of GCP_SERVICE_ACCOUNT cannot be read");
        }
    }

    private string Assertion(string name, string key, string audience)
    {
        long now = time.GetUtcNow().ToUnixTimeSeconds();
        string head = Base64Url.EncodeToString("""{"alg":"RS256","typ":"JWT"}"""u8);
        string claims = Base64Url.EncodeToString(ValueJson.Write(new ValueMap
        {
            ["iss"] = name,
            ["scope"] = Scope,
            ["aud"] = audience,
            ["iat"] = now,
            ["exp"] = now + TokenLife,
        }));
        using RSA rsa = RSA.Create();
        rsa.ImportFromPem(key);
        byte[] signature = rsa.SignData(Encoding.ASCII.GetBytes($"{head}.{claims}"), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return $"{head}.{claims}.{Base64Url.EncodeToString(signature)}";
    }
}
