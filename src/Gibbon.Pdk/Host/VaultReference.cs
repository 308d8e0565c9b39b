using System.Collections.Immutable;

namespace Gibbon.Pdk;

/// <summary>The parts of <c>{vault://name/resource/key?option=value#version}</c>, with escapes resolved.</summary>
/// <param name="Name">The vault's name or prefix.</param>
/// <param name="Resource">What is asked of it.</param>
/// <param name="Key">The field of the JSON object it answers with, if one is meant.</param>
/// <param name="Config">Settings of the vault that hold for this reference only.</param>
/// <param name="Version">Which version of the secret, if one is meant.</param>
public sealed record VaultReference(
    string Name,
    string Resource,
    string? Key,
    ImmutableDictionary<string, string> Config,
    long? Version);
