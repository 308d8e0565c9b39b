using Gibbon.Pdk.Schemas;

namespace Gibbon.Pdk;

/// <summary>
/// Secrets by reference: <c>{vault://name/resource/key?option=value#version}</c>. Kong's <c>kong.vault</c>. Configurations arrive with
/// their
/// references resolved; plugins need this only for references of their own.
/// </summary>
public interface IVaults
{
    /// <summary>Whether a text is a reference.</summary>
    /// <param name="text">The text.</param>
    [Kong("kong.vault.is_reference"), Phases(Phase.Any)]
    bool IsReference(string? text);

    /// <summary>Takes a reference apart.</summary>
    /// <param name="reference">The reference.</param>
    /// <returns>Its parts, or Kong's text of what is wrong with it.</returns>
    [Kong("kong.vault.parse_reference"), Phases(Phase.Any)]
    Result<VaultReference> ParseReference(string reference);

    /// <summary>The secret a reference stands for, from the cache or from its vault.</summary>
    /// <param name="reference">The reference.</param>
    /// <param name="cancellation">Gives up waiting.</param>
    /// <returns>The secret, or Kong's text of why it cannot be had.</returns>
    [Kong("kong.vault.get"), Phases(Phase.Any)]
    ValueTask<Result<string>> GetAsync(string reference, CancellationToken cancellation = default);

    /// <summary>
    /// Puts the current secrets in place of a configuration's references. Plugins get configurations for which this has been done.
    /// </summary>
    /// <param name="config">The configuration as data, with the references themselves under <c>$refs</c>; changed in place.</param>
    /// <returns>The same map.</returns>
    [Kong("kong.vault.update"), Phases(Phase.Any)]
    ValueMap Update(ValueMap config);

    /// <summary>
    /// Uses secrets, and if that fails fetches them anew and tries once more: for passwords that are rotated while the gateway runs.
    /// </summary>
    /// <typeparam name="TConfig">The configuration's type.</typeparam>
    /// <typeparam name="T">What comes of it.</typeparam>
    /// <param name="attempt">Uses the secrets of the configuration it is given.</param>
    /// <param name="config">The configuration whose secrets are used.</param>
    /// <returns>What the last attempt returned.</returns>
    [Kong("kong.vault.try"), Phases(Phase.Any)]
    ValueTask<Result<T>> TryAsync<TConfig, T>(Func<TConfig, ValueTask<Result<T>>> attempt, TConfig config)
        where TConfig : class;

    /// <summary>Forgets every secret that is cached.</summary>
    [Kong("kong.vault.flush"), Phases(Phase.Any)]
    void Flush();

    /// <summary>Fetches the secrets of every reference in a value, so that they are there when they are needed.</summary>
    /// <param name="value">A text, a map or a list.</param>
    [Kong("kong.vault.warmup"), Phases(Phase.Any)]
    ValueTask WarmUpAsync(object? value);
}
