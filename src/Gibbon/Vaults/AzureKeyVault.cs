using System.Globalization;
using Gibbon.Pdk;

namespace Gibbon.Vaults;

/// <summary>Azure Key Vault, asked in the name of an application, or of the machine where none is named.</summary>
/// <param name="config">Where it is.</param>
/// <param name="time">The clock.</param>
internal sealed class AzureKeyVault(AzureVaultConfig config, TimeProvider time) : ISecretVault
{
    private const string ApiVersion = "7.4";
    private const string Resource = "https://vault.azure.net";

    private readonly SecretToken _token = new(time);

    public async Task<Result<FetchedSecret>> FetchAsync(string resource, long? version, CancellationToken cancellation = default)
    {
        Result<string> token = await _token.GetAsync(LogInAsync, cancellation).ConfigureAwait(false);
        if (!token.IsOk)
        {
            return Result.Failure<FetchedSecret>(token.Error);
        }

        Result<VaultAnswer> answer = await VaultHttp.SendAsync(
            HttpMethod.Get,
            $"{config.VaultUri.TrimEnd('/')}/{config.Type}/{Uri.EscapeDataString(resource)}?api-version={ApiVersion}",
            null,
            cancellation,
            ("Authorization", $"Bearer {token.Value}")).ConfigureAwait(false);
        if (!answer.IsOk)
        {
            return Result.Failure<FetchedSecret>(answer.Error);
        }

        if (answer.Value.Status == 401)
        {
            _token.Forget();
        }

        return answer.Value.Status switch
        {
            200 => new FetchedSecret(answer.Value.Json.GetString("value")),
            404 => new FetchedSecret(null),
            _ => Result.Failure<FetchedSecret>($"invalid status code received: {answer.Value.Status}"),
        };
    }

    private async Task<Result<(string Token, long Seconds)>> LogInAsync(CancellationToken cancellation)
    {
        string? client = config.ClientId ?? Variable("CLIENT_ID");
        Result<VaultAnswer> answer = client is not null && Variable("CLIENT_SECRET") is { } secret && (config.TenantId ?? Variable("TENANT_ID")) is { } tenant
            ? await VaultHttp.SendAsync(
                HttpMethod.Post,
                $"{(Variable("AUTHORITY_HOST") ?? "https://login.microsoftonline.com").TrimEnd('/')}/{tenant}/oauth2/v2.0/token",
                VaultHttp.Form(("grant_type", "client_credentials"), ("client_id", client), ("client_secret", secret), ("scope", $"{Resource}/.default")),
                cancellation).ConfigureAwait(false)
            : await VaultHttp.SendAsync(
                HttpMethod.Get,
                $"http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01&resource={Uri.EscapeDataString(Resource)}"
                + (client is null ? "" : $"&client_id={Uri.EscapeDataString(client)}"),
                null,
                cancellation,
                ("Metadata", "true")).ConfigureAwait(false);
        if (!answer.IsOk)
        {
            return Result.Failure<(string, long)>(answer.Error);
        }

        return answer.Value.Json.GetString("access_token") is { } token
            ? (token, Seconds(answer.Value.Json.Get("expires_in")))
            : Result.Failure<(string, long)>($"could not authenticate: status {answer.Value.Status}");
    }

    // The machine says it as a text.
    private static long Seconds(object? said) => said switch
    {
        long seconds => seconds,
        string text when long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long seconds) => seconds,
        _ => 300,
    };

    private string? Variable(string name) =>
        Environment.GetEnvironmentVariable($"{config.CredentialsPrefix ?? "AZURE"}_{name}") is { Length: > 0 } value ? value : null;
}
