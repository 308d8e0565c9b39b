using Gibbon.Pdk;
using Gibbon.Pdk.Entities;
using Gibbon.Pdk.Schemas;
using Gibbon.Plugins.Acme.Storage;

namespace Gibbon.Plugins.Acme;

/// <summary>Where certificates are kept: with a database they are entities, like any other certificate; else texts in the storage.</summary>
/// <param name="host">The gateway.</param>
/// <param name="storage">The storage.</param>
sealed class CertificateKeeper(PluginHost host, IAcmeStorage storage)
{
    static readonly string[] Tags = ["managed-by-acme"];

    bool InDatabase => host.Settings is { Database: not "off", Role: "traditional" };

    /// <summary>Reads the certificate of a name.</summary>
    /// <returns>The certificate, <c>null</c> within if there is none, or why it cannot be read.</returns>
    public async ValueTask<Result<Kept>> GetAsync(string name)
    {
        if (!InDatabase)
        {
            var found = await storage.GetAsync(AcmeKeys.OfCertificate(name));
            if (!found.IsOk)
                return Result.Failure<Kept>(found.Error);

            return new Kept(found.Value.Text is { } text ? KeyAndCertificate.Read(text) : null);
        }

        var sni = await host.Entities<Sni>().SelectByAsync("name", name);
        if (!sni.IsOk)
            return Result.Failure<Kept>("can't read SNI entity");

        var certificate = sni.Value is { } known ? await host.Entities<Certificate>().SelectAsync(known.Certificate.Id) : default;
        return new Kept(certificate is { IsOk: true, Value: { } entity } ? new KeyAndCertificate(entity.Key, entity.Cert) : null);
    }

    /// <summary>Stores the certificate of a name in place of the one there is.</summary>
    public async ValueTask<Result> SetAsync(string name, KeyAndCertificate pair)
    {
        if (InDatabase)
            return await SetEntitiesAsync(name, pair);

        var stored = await storage.SetAsync(AcmeKeys.OfCertificate(name), pair.Json);
        host.Cache.Invalidate(host.Entities<AcmeStorageRow>().CacheKey(AcmeKeys.OfCertificate(name)));
        return stored;
    }

    async ValueTask<Result> SetEntitiesAsync(string name, KeyAndCertificate pair)
    {
        var certificates = host.Entities<Certificate>();
        var snis = host.Entities<Sni>();
        var stored = await certificates.InsertAsync(new Certificate { Cert = pair.Cert, Key = pair.Key, Tags = Tags });
        if (!stored.IsOk)
            return Result.Failure($"could not insert cert: {stored.Error}");

        var old = await snis.SelectByAsync("name", name);
        EntityReference<Certificate> reference = stored.Value!;
        var named = old.Value is { } sni
            ? await snis.UpdateAsync(sni.Id, new ValueMap { ["certificate"] = new ValueMap { ["id"] = Value.ToText(reference.Id) }, ["tags"] = new ValueList { Tags[0] } })
            : await snis.InsertAsync(new Sni { Name = name, Certificate = reference, Tags = Tags });
        if (!named.IsOk)
        {
            await certificates.DeleteAsync(reference.Id);
            return Result.Failure($"could not upsert sni: {named.Error}");
        }

        if (old.Value is { } before && await certificates.DeleteAsync(before.Certificate.Id) is { IsOk: false } undeleted)
            host.Logger("acme").Warn($"error deleting expired certificate entity {before.Certificate.Id}: {undeleted.Error}");

        return Result.Ok;
    }
}

/// <summary>What is kept for a name.</summary>
/// <param name="Pair">The certificate; <c>null</c> if there is none.</param>
readonly record struct Kept(KeyAndCertificate? Pair);
