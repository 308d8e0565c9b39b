using System.Text;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;
using Gibbon.Shared.Aws;

namespace Gibbon.Vaults;

/// <summary>AWS Secrets Manager.</summary>
/// <param name="config">Where it is.</param>
/// <param name="time">The clock.</param>
internal sealed class AwsVault(AwsVaultConfig config, TimeProvider time) : ISecretVault
{
    private const string JsonType = "application/x-amz-json-1.1";

    private readonly AwsLogin _login = new(config, time);

    public async Task<Result<FetchedSecret>> FetchAsync(string resource, long? version, CancellationToken cancellation = default)
    {
        string? region = config.Region ?? AwsLogin.Variable("AWS_REGION") ?? AwsLogin.Variable("AWS_DEFAULT_REGION");
        if (region is null)
        {
            return Result.Failure<FetchedSecret>("no region specified");
        }

        Result<AwsCredentials> key = await _login.GetAsync(region, cancellation).ConfigureAwait(false);
        if (!key.IsOk)
        {
            return Result.Failure<FetchedSecret>(key.Error);
        }

        byte[] body = ValueJson.Write(new ValueMap { ["SecretId"] = resource, ["VersionStage"] = version == 2 ? "AWSPREVIOUS" : "AWSCURRENT" });
        using HttpRequestMessage request = new(HttpMethod.Post, config.EndpointUrl ?? $"https://secretsmanager.{region}.amazonaws.com/")
        {
            Content = new ByteArrayContent(body),
        };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", JsonType);
        request.Headers.TryAddWithoutValidation("X-Amz-Target", "secretsmanager.GetSecretValue");
        AwsSignature.Sign(request, body, key.Value, region, "secretsmanager", time.GetUtcNow());
        Result<VaultAnswer> answer = await VaultHttp.SendAsync(request, cancellation).ConfigureAwait(false);
        return answer.IsOk ? Read(answer.Value) : Result.Failure<FetchedSecret>(answer.Error);
    }

    private static Result<FetchedSecret> Read(VaultAnswer answer)
    {
        if (answer.Status == 200)
        {
            return new FetchedSecret(answer.Json.GetString("SecretString")
                ?? (answer.Json.GetString("SecretBinary") is { } binary ? Encoding.UTF8.GetString(Convert.FromBase64String(binary)) : null));
        }

        string kind = answer.Json.GetString("__type") ?? "";
        return kind.EndsWith("ResourceNotFoundException", StringComparison.Ordinal)
            ? new FetchedSecret(null)
            : Result.Failure<FetchedSecret>($"AWS refused: {kind[(kind.LastIndexOf('#') + 1)..]} (status {answer.Status})");
    }
}
