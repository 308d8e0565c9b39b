using System.Collections.Immutable;
using System.Text.Json;
using Gibbon.Pdk;
using Gibbon.Pdk.Entities;
using Gibbon.Settings;

namespace Gibbon.Vaults;

/// <summary>
/// The vaults that references may name: <c>env</c> as the settings configure it, and those of the vault entities, by their prefixes. Immutable;
/// a change of the entities makes others.
/// </summary>
internal sealed class SecretVaults
{
    private readonly VaultSettings _settings;
    private readonly ImmutableDictionary<string, Vault> _entities;

    /// <param name="settings">Which vaults are installed, and their options.</param>
    /// <param name="resolves">Whether references are resolved here: control planes pass them on.</param>
    public SecretVaults(VaultSettings settings, bool resolves = true)
        : this(settings, resolves, ImmutableDictionary<string, Vault>.Empty)
    {
    }

    private SecretVaults(VaultSettings settings, bool resolves, ImmutableDictionary<string, Vault> entities)
    {
        _settings = settings;
        _entities = entities;
        Resolves = resolves;
    }

    /// <summary>Whether references are resolved here.</summary>
    public bool Resolves { get; }

    /// <summary>The same with other entities.</summary>
    public SecretVaults With(IEnumerable<Vault> entities) => new(
        _settings, Resolves, entities.ToImmutableDictionary(static vault => vault.Prefix, StringComparer.Ordinal));

    /// <summary>The secret that a reference stands for.</summary>
    /// <returns>The secret, or Kong's text of why it cannot be had; the secret is in no text.</returns>
    public Result<string> Get(string reference)
    {
        Result<VaultReference> parsed = ReferenceParser.Parse(reference);
        return parsed.IsOk ? Get(parsed.Value, reference) : Result.Failure<string>(parsed.Error);
    }

    private Result<string> Get(VaultReference reference, string text)
    {
        string? prefix;
        if (reference.Name == EnvironmentSecrets.Name && _settings.Names.Contains(EnvironmentSecrets.Name))
        {
            prefix = _settings.Options.GetValueOrDefault("env_prefix");
        }
        else if (_entities.TryGetValue(reference.Name, out Vault? vault) && vault.Name == EnvironmentSecrets.Name)
        {
            prefix = vault.Config.GetString("prefix");
        }
        else
        {
            return Result.Failure<string>($"could not find vault ({reference.Name}) [{text}]");
        }

        string? value = EnvironmentSecrets.Get(reference.Config.GetValueOrDefault("prefix") ?? prefix, reference.Resource, reference.Version);
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
                ? Text(member, key)
                : Result.Failure<string>($"could not get subfield value: subfield {key} not found in JSON secret");
        }
        catch (JsonException)
        {
            return Result.Failure<string>("could not get subfield value: unable to json decode value");
        }
    }

    private static Result<string> Text(JsonElement member, string key) => member.ValueKind switch
    {
        JsonValueKind.String => member.GetString()!,
        JsonValueKind.Number => Unexpected("number", key),
        JsonValueKind.True or JsonValueKind.False => Unexpected("boolean", key),
        JsonValueKind.Null => Result.Failure<string>($"could not get subfield value: subfield {key} not found in JSON secret"),
        _ => Unexpected("table", key),
    };

    private static Result<string> Unexpected(string kind, string key) =>
        Result.Failure<string>($"could not get subfield value: unexpected {kind} value in JSON secret for subfield {key}");
}
