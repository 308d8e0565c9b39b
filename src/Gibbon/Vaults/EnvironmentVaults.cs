using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Vaults;

/// <summary>Secrets: references are recognised and read apart, and those of the vault <c>env</c> are resolved. Other vaults are not installed.</summary>
internal sealed class EnvironmentVaults : IVaults
{
    private const string Begin = "{vault://";

    public bool IsReference(string? text) =>
        text is not null && text.Length > Begin.Length + 1 && text.StartsWith(Begin, StringComparison.Ordinal) && text.EndsWith('}');

    public Result<VaultReference> ParseReference(string reference)
    {
        if (!IsReference(reference))
        {
            return Result.Failure<VaultReference>($"not a reference [{reference}]");
        }

        if (!Uri.TryCreate(reference[1..^1], UriKind.Absolute, out Uri? uri))
        {
            return Result.Failure<VaultReference>($"reference is not url [{reference}]");
        }

        string path = uri.AbsolutePath.TrimStart('/');
        if (uri.Host.Length == 0 || path.Length == 0)
        {
            return Result.Failure<VaultReference>($"reference url is missing {(uri.Host.Length == 0 ? "host" : "path")} [{reference}]");
        }

        long? version = null;
        if (uri.Fragment.Length > 1)
        {
            if (!long.TryParse(uri.Fragment.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out long number))
            {
                return Result.Failure<VaultReference>($"reference url has invalid version [{reference}]");
            }

            version = number;
        }

        int slash = path.EndsWith('/') ? -1 : path.LastIndexOf('/');
        return new VaultReference(
            uri.Host,
            Uri.UnescapeDataString(slash < 0 ? path.TrimEnd('/') : path[..slash]),
            slash < 0 ? null : Uri.UnescapeDataString(path[(slash + 1)..]),
            Options(uri.Query),
            version);
    }

    public ValueTask<Result<string>> GetAsync(string reference, CancellationToken cancellation = default)
    {
        Result<VaultReference> parsed = ParseReference(reference);
        return new ValueTask<Result<string>>(parsed.IsOk ? Read(parsed.Value, reference) : Result.Failure<string>(parsed.Error));
    }

    // The environment of a process does not change: there is nothing to update, to flush or to warm up.
    public ValueMap Update(ValueMap config) => config;

    public ValueTask<Result<T>> TryAsync<TConfig, T>(Func<TConfig, ValueTask<Result<T>>> attempt, TConfig config)
        where TConfig : class => attempt(config);

    public void Flush()
    {
    }

    public ValueTask WarmUpAsync(object? value) => ValueTask.CompletedTask;

    private static Result<string> Read(VaultReference reference, string text)
    {
        if (reference.Name != "env")
        {
            return Result.Failure<string>($"could not find vault ({reference.Name}) [{text}]");
        }

        string name = (reference.Config.GetValueOrDefault("prefix", "") + reference.Resource).ToUpperInvariant().Replace('-', '_');
        string? value = Environment.GetEnvironmentVariable(reference.Version == 2 ? name + "_PREVIOUS" : name);
        if (value is null)
        {
            return Result.Failure<string>($"could not get value from external vault (no value found) [{text}]");
        }

        return reference.Key is null ? value : Member(value, reference.Key);
    }

    private static Result<string> Member(string json, string key)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty(key, out JsonElement member)
                && member.ValueKind == JsonValueKind.String
                ? member.GetString()!
                : Result.Failure<string>($"could not get subfield value: subfield {key} not found in JSON secret");
        }
        catch (JsonException)
        {
            return Result.Failure<string>("could not get subfield value: unable to json decode value");
        }
    }

    private static ImmutableDictionary<string, string> Options(string query) => query.TrimStart('?')
        .Split('&', StringSplitOptions.RemoveEmptyEntries)
        .Select(static pair => pair.Split('=', 2))
        .ToImmutableDictionary(static pair => Uri.UnescapeDataString(pair[0]), static pair => pair.Length > 1 ? Uri.UnescapeDataString(pair[1]) : "");
}
