using System.Text;
using Gibbon.Pdk;
using Gibbon.Pdk.Entities;
using Gibbon.Pdk.Schemas;
using Gibbon.Plugins.Acme.Protocol;
using Gibbon.Plugins.Acme.Storage;

namespace Gibbon.Plugins.Acme;

/// <summary>The keys of accounts: made once, or taken from the gateway's keys, and kept for all nodes.</summary>
/// <param name="host">The gateway.</param>
/// <param name="storage">The storage.</param>
sealed class AccountKeys(PluginHost host, IAcmeStorage storage)
{
    const int NewKeySize = 4096;

    /// <summary>The key of a configuration's account.</summary>
    /// <returns>The key, or why there is none; the key is in no text.</returns>
    public async ValueTask<Result<AcmeKey>> GetAsync(AcmeConfig config)
    {
        var name = AcmeKeys.OfAccount(config);
        var kept = await storage.GetAsync(name);
        if (!kept.IsOk)
            return Result.Failure<AcmeKey>(kept.Error);

        if (kept.Value.Text is { } json)
            return Read(json);

        var made = config.AccountKey is { } wanted ? await FromEntitiesAsync(wanted) : AcmeKey.CreateRsa(NewKeySize);
        if (!made.IsOk)
            return made;

        var stored = await storage.SetAsync(name, Encoding.UTF8.GetString(ValueJson.Write(new ValueMap { ["key"] = made.Value.Pem })));
        return stored.IsOk ? made : Result.Failure<AcmeKey>(stored.Error);
    }

    static Result<AcmeKey> Read(string json) =>
        ValueJson.TryRead(Encoding.UTF8.GetBytes(json), out var value, out _) && value is ValueMap map && map.GetString("key") is { } pem
        && AcmeKey.Read(pem) is { } key
            ? key
            : Result.Failure<AcmeKey>("no key found in account");

    async ValueTask<Result<AcmeKey>> FromEntitiesAsync(AccountKeyConfig wanted)
    {
        Guid? set = null;
        if (wanted.KeySet is { } name)
        {
            var found = await host.Entities<KeySet>().SelectByAsync("name", name);
            if (!found.IsOk || found.Value is null)
                return Result.Failure<AcmeKey>($"could not load keyset: {(found.IsOk ? "not found" : found.Error.ToString())}");

            set = found.Value.Id;
        }

        try
        {
            await foreach (var key in host.Entities<Key>().EachAsync())
                if (key.Kid == wanted.KeyId && key.Set?.Id == set)
                    return await TextAsync(key) is { } pem && AcmeKey.Read(pem) is { } own ? own : Result.Failure<AcmeKey>("could not load keys: no private key");
        }
        catch (EntityException failure)
        {
            return Result.Failure<AcmeKey>($"could not load keys: {failure.Message}");
        }

        return Result.Failure<AcmeKey>($"could not load keys: there is none with id {wanted.KeyId}");
    }

    async ValueTask<string?> TextAsync(Key key)
    {
        var text = key.Pem?.PrivateKey ?? key.Jwk;
        if (text is not null && host.Vault.IsReference(text))
            text = (await host.Vault.GetAsync(text)).Value;

        return text is not null && key.Pem is null ? PrivateJwk.ToPem(text) : text;
    }
}
