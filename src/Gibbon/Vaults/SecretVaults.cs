using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Gibbon.Pdk;
using Gibbon.Pdk.Entities;
using Gibbon.Pdk.Schemas;
using Gibbon.Settings;

namespace Gibbon.Vaults;

/// <summary>
/// The vaults that references may name: those that are installed, as the settings configure them, and the vault entities, by their prefixes. A
/// change of the entities makes others; what was fetched is kept.
/// </summary>
internal sealed class SecretVaults
{
    private readonly VaultSettings _settings;
    private readonly ImmutableDictionary<string, Vault> _entities;
    private readonly SecretCache _cache;
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<string, (ISecretVault Vault, VaultLifetimes Lifetimes)?> _vaults = new(StringComparer.Ordinal);

    /// <param name="settings">Which vaults are installed, and their options.</param>
    /// <param name="resolves">Whether references are resolved here: control planes pass them on.</param>
    /// <param name="time">The clock.</param>
    public SecretVaults(VaultSettings settings, bool resolves = true, TimeProvider? time = null)
        : this(settings, resolves, ImmutableDictionary<string, Vault>.Empty, time ?? TimeProvider.System, new SecretCache(time ?? TimeProvider.System))
    {
    }

    private SecretVaults(VaultSettings settings, bool resolves, ImmutableDictionary<string, Vault> entities, TimeProvider time, SecretCache cache)
    {
        _settings = settings;
        _entities = entities;
        _time = time;
        _cache = cache;
        Resolves = resolves;
    }

    /// <summary>Whether references are resolved here.</summary>
    public bool Resolves { get; }

    /// <summary>The same with other entities.</summary>
    public SecretVaults With(IEnumerable<Vault> entities) => new(
        _settings, Resolves, entities.ToImmutableDictionary(static vault => vault.Prefix, StringComparer.Ordinal), _time, _cache);

    /// <summary>Fetches anew what is due.</summary>
    /// <returns>Whether a secret is another than before.</returns>
    public bool Refresh() => Resolves && _cache.Refresh();

    /// <summary>Forgets what was fetched.</summary>
    public void Forget() => _cache.Clear();

    /// <summary>The secret that a reference stands for.</summary>
    /// <returns>The secret, or Kong's text of why it cannot be had; the secret is in no text.</returns>
    public Result<string> Get(string reference)
    {
        Result<VaultReference> parsed = ReferenceParser.Parse(reference);
        return parsed.IsOk ? Get(parsed.Value, reference) : Result.Failure<string>(parsed.Error);
    }

    private Result<string> Get(VaultReference reference, string text)
    {
        if (KindOf(reference.Name) is not { } kind)
        {
            return Result.Failure<string>($"could not find vault ({reference.Name}) [{text}]");
        }

        ValueMap config = _entities.TryGetValue(reference.Name, out Vault? vault) ? vault.Config : VaultKinds.Options(kind, _settings.Options);
        Result<FetchedSecret> fetched = kind == EnvironmentSecrets.Name
            ? new FetchedSecret(EnvironmentSecrets.Get(
                reference.Config.GetValueOrDefault("prefix") ?? config.GetString("prefix"), reference.Resource, reference.Version))
            : Fetch(kind, With(kind, config, reference.Config), reference);
        if (!fetched.IsOk || fetched.Value.Text is null)
        {
            return Result.Failure<string>($"could not get value from external vault ({(fetched.IsOk ? "no value found" : fetched.Error)}) [{text}]");
        }

        return reference.Key is null ? fetched.Value.Text : Member(fetched.Value.Text, reference.Key);
    }

    // A kind by its own name, as the settings configure it; else an entity.
    private string? KindOf(string name) =>
        _settings.Names.Contains(name) ? name
        : _entities.TryGetValue(name, out Vault? vault) && (vault.Name == EnvironmentSecrets.Name || _settings.Names.Contains(vault.Name)) ? vault.Name
        : null;

    private Result<FetchedSecret> Fetch(string kind, ValueMap config, VaultReference reference)
    {
        string identity = $"{kind}:{Encoding.UTF8.GetString(ValueJson.Write(config))}";
        if (_vaults.GetOrAdd(identity, static (_, made) => VaultKinds.Create(made.kind, made.config, made._time), (kind, config, _time)) is not { } vault)
        {
            return Result.Failure<FetchedSecret>("the vault is not configured");
        }

        return _cache.Get(
            string.Create(CultureInfo.InvariantCulture, $"{identity}:{reference.Resource}#{reference.Version}"),
            vault.Lifetimes,
            () => vault.Vault.Fetch(reference.Resource, reference.Version));
    }

    private static ValueMap With(string kind, ValueMap config, ImmutableDictionary<string, string> options)
    {
        ValueMap all = new(config);
        foreach ((string name, string text) in options)
        {
            if (VaultKinds.Option(kind, name) is { } field)
            {
                all[name] = VaultKinds.Typed(field, text);
            }
        }

        return all;
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
