using System.Globalization;
using System.Text;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Vaults;

/// <summary>HashiCorp Vault: the engine <c>kv</c>. A secret there is a record; a reference names one of its fields.</summary>
/// <param name="config">Where it is.</param>
/// <param name="time">The clock.</param>
internal sealed class HashiCorpVault(HashiCorpVaultConfig config, TimeProvider time) : ISecretVault
{
    private readonly SecretToken _token = new(time);
    private readonly string _server = $"{config.Protocol}://{config.Host}:{config.Port}/v1/";

    public async Task<Result<FetchedSecret>> FetchAsync(string resource, long? version, CancellationToken cancellation = default)
    {
        Result<VaultAnswer> answer = await AskAsync(resource, version, cancellation).ConfigureAwait(false);
        if (answer is { IsOk: true, Value.Status: 403 } && config.AuthMethod != "token")
        {
            // The token may have ended early.
            _token.Forget();
            answer = await AskAsync(resource, version, cancellation).ConfigureAwait(false);
        }

        if (!answer.IsOk)
        {
            return Result.Failure<FetchedSecret>(answer.Error);
        }

        if (answer.Value.Status == 404)
        {
            return new FetchedSecret(null);
        }

        ValueMap? data = answer.Value.Json.GetMap("data");
        if (answer.Value.Status != 200)
        {
            return Result.Failure<FetchedSecret>($"invalid status code received: {answer.Value.Status}");
        }

        data = config.Kv == "v2" ? data?.GetMap("data") : data;
        return new FetchedSecret(data is null ? null : Encoding.UTF8.GetString(ValueJson.Write(data)));
    }

    private async Task<Result<VaultAnswer>> AskAsync(string resource, long? version, CancellationToken cancellation)
    {
        Result<string> token = config.AuthMethod switch
        {
            "kubernetes" => await _token.GetAsync(LogInAsAccountAsync, cancellation).ConfigureAwait(false),
            "approle" => await _token.GetAsync(LogInAsApplicationAsync, cancellation).ConfigureAwait(false),
            _ => config.Token ?? "",
        };
        if (!token.IsOk)
        {
            return Result.Failure<VaultAnswer>(token.Error);
        }

        string name = config.BasePath is { Length: > 0 } path ? $"{path.Trim('/')}/{resource}" : resource;
        string query = config.Kv == "v2" && version is { } number ? string.Create(CultureInfo.InvariantCulture, $"?version={number}") : "";
        return await VaultHttp.SendAsync(
            HttpMethod.Get,
            $"{_server}{config.Mount?.Trim('/')}/{(config.Kv == "v2" ? "data/" : "")}{Escape(name)}{query}",
            null,
            cancellation,
            ("X-Vault-Token", token.Value),
            ("X-Vault-Namespace", config.Namespace)).ConfigureAwait(false);
    }

    private async Task<Result<(string Token, long Seconds)>> LogInAsAccountAsync(CancellationToken cancellation)
    {
        Result<string> account = VaultHttp.ReadFile(config.KubeApiTokenFile ?? "");
        return account.IsOk
            ? await LogInAsync(config.KubeAuthPath ?? "kubernetes", new ValueMap { ["role"] = config.KubeRole, ["jwt"] = account.Value }, cancellation).ConfigureAwait(false)
            : Result.Failure<(string, long)>(account.Error);
    }

    private async Task<Result<(string Token, long Seconds)>> LogInAsApplicationAsync(CancellationToken cancellation)
    {
        Result<string> secret = config.ApproleSecretIdFile is { } file ? VaultHttp.ReadFile(file) : config.ApproleSecretId ?? "";
        if (secret.IsOk && config.ApproleResponseWrapping is true)
        {
            Result<VaultAnswer> unwrapped = await VaultHttp.SendAsync(
                HttpMethod.Post, $"{_server}sys/wrapping/unwrap", null, cancellation, ("X-Vault-Token", secret.Value), ("X-Vault-Namespace", config.Namespace))
                .ConfigureAwait(false);
            secret = unwrapped is { IsOk: true, Value.Status: 200 } && unwrapped.Value.Json.GetMap("data")?.GetString("secret_id") is { } real
                ? real
                : Result.Failure<string>("could not unwrap the secret of the role");
        }

        return secret.IsOk
            ? await LogInAsync(config.ApproleAuthPath ?? "approle", new ValueMap { ["role_id"] = config.ApproleRoleId, ["secret_id"] = secret.Value }, cancellation)
                .ConfigureAwait(false)
            : Result.Failure<(string, long)>(secret.Error);
    }

    private async Task<Result<(string Token, long Seconds)>> LogInAsync(string path, ValueMap body, CancellationToken cancellation)
    {
        Result<VaultAnswer> answer = await VaultHttp.SendAsync(
            HttpMethod.Post, $"{_server}auth/{path.Trim('/')}/login", VaultHttp.Json(body), cancellation, ("X-Vault-Namespace", config.Namespace))
            .ConfigureAwait(false);
        if (!answer.IsOk)
        {
            return Result.Failure<(string, long)>(answer.Error);
        }

        return answer.Value.Json.GetMap("auth") is { } auth && auth.GetString("client_token") is { } token
            ? (token, auth.Get("lease_duration") as long? ?? 0)
            : Result.Failure<(string, long)>($"could not authenticate: status {answer.Value.Status}");
    }

    private static string Escape(string path) => string.Join('/', path.Split('/').Select(Uri.EscapeDataString));
}
