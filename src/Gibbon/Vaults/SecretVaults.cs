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

    /// <summary>A secret came after somebody had gone on without it, or with an older one.</summary>
    public event Action? CameLate
    {
        add => _cache.CameLate += value;
        remove => _cache.CameLate -= value;
    }

    /// <summary>Fetches anew what is due.</summary>
    /// <returns>Whether a secret is another than before.</returns>
    public async Task<bool> RefreshAsync() => Resolves && await _cache.RefreshAsync().ConfigureAwait(false);

    /// <summary>Forgets what was fetched.</summary>
    public void Forget() => _cache.Clear();

    /// <summary>The secret that a reference stands for, after waiting for its vault if need be.</summary>
    /// <param name="reference">The reference.</param>
    /// <param name="cancellation">Gives up waiting.</param>
    /// <returns>The secret, or Kong's text of why it cannot be had; the secret is in no text.</returns>
    public async Task<Result<string>> GetAsync(string reference, CancellationToken cancellation = default)
    {
        Result<Source> source = Find(reference);
        return source.IsOk
            ? source.Value.Read(source.Value.Slot is { } slot ? await slot.GetAsync().WaitAsync(cancellation).ConfigureAwait(false) : source.Value.Present)
            : Result.Failure<string>(source.Error);
    }

    /// <summary>The same without waiting: what is known now.</summary>
    /// <param name="reference">The reference.</param>
    public Result<string> Get(string reference)
    {
        Result<Source> source = Find(reference);
        return source.IsOk ? source.Value.Read(source.Value.Slot?.Now() ?? source.Value.Present) : Result.Failure<string>(source.Error);
    }

    /// <summary>Asks for a secret of which nothing is known yet.</summary>
    /// <param name="reference">The reference.</param>
    /// <returns>What to wait for.</returns>
    public Task Begin(string reference) => Find(reference) is { IsOk: true, Value.Slot: { } slot } ? slot.First() : Task.CompletedTask;

    private Result<Source> Find(string text)
    {
        Result<VaultReference> parsed = ReferenceParser.Parse(text);
        if (!parsed.IsOk)
        {
            return Result.Failure<Source>(parsed.Error);
        }

        VaultReference reference = parsed.Value;
        if (KindOf(reference.Name) is not { } kind)
        {
            return Result.Failure<Source>($"could not find vault ({reference.Name}) [{text}]");
        }

        ValueMap config = _entities.TryGetValue(reference.Name, out Vault? vault) ? vault.Config : VaultKinds.Options(kind, _settings.Options);
        if (kind == EnvironmentSecrets.Name)
        {
            string? secret = EnvironmentSecrets.Get(
                reference.Config.GetValueOrDefault("prefix") ?? config.GetString("prefix"), reference.Resource, reference.Version);
            return new Source(text, reference, null, new FetchedSecret(secret));
        }

        return Slot(kind, With(kind, config, reference.Config), reference) is { } slot
            ? new Source(text, reference, slot, default)
            : new Source(text, reference, null, Result.Failure<FetchedSecret>("the vault is not configured"));
    }

    // A kind by its own name, as the settings configure it; else an entity.
    private string? KindOf(string name) =>
        _settings.Names.Contains(name) ? name
        : _entities.TryGetValue(name, out Vault? vault) && (vault.Name == EnvironmentSecrets.Name || _settings.Names.Contains(vault.Name)) ? vault.Name
        : null;

    private SecretSlot? Slot(string kind, ValueMap config, VaultReference reference)
    {
        string identity = $"{kind}:{Encoding.UTF8.GetString(ValueJson.Write(config))}";
        if (_vaults.GetOrAdd(identity, static (_, made) => VaultKinds.Create(made.kind, made.config, made._time), (kind, config, _time)) is not { } vault)
        {
            return null;
        }

        return _cache.Find(
            string.Create(CultureInfo.InvariantCulture, $"{identity}:{reference.Resource}#{reference.Version}"),
            vault.Lifetimes,
            cancellation => vault.Vault.FetchAsync(reference.Resource, reference.Version, cancellation));
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

    /// <summary>Where the secret of a reference comes from.</summary>
    /// <param name="Text">The reference.</param>
    /// <param name="Reference">Its parts.</param>
    /// <param name="Slot">What is known of it; null if no vault has to be asked.</param>
    /// <param name="Present">The secret then.</param>
    private readonly record struct Source(string Text, VaultReference Reference, SecretSlot? Slot, Result<FetchedSecret> Present)
    {
        public Result<string> Read(Result<FetchedSecret> fetched)
        {
            if (!fetched.IsOk || fetched.Value.Text is null)
            {
                return Failed(fetched.IsOk ? "no value found" : fetched.Error);
            }

            Result<string> value = Reference.Key is null ? fetched.Value.Text : Member(fetched.Value.Text, Reference.Key);
            return value.IsOk ? value : Failed(value.Error);
        }

        private Result<string> Failed(string cause) => Result.Failure<string>($"could not get value from external vault ({cause}) [{Text}]");
    }
}
