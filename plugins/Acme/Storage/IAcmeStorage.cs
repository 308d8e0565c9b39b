using Gibbon.Pdk;

namespace Gibbon.Plugins.Acme.Storage;

/// <summary>Where texts are kept under keys, for all nodes that share it.</summary>
interface IAcmeStorage
{
    /// <summary>Reads a text.</summary>
    /// <returns>The text, <c>null</c> within if there is none; or why it cannot be read.</returns>
    ValueTask<Result<StoredText>> GetAsync(string key);

    /// <summary>Writes a text in place of what there is.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The text.</param>
    /// <param name="timeToLive">How long it is kept; zero is for ever.</param>
    ValueTask<Result> SetAsync(string key, string value, TimeSpan timeToLive = default);

    /// <summary>Writes a text if there is none.</summary>
    /// <returns><c>exists</c> as the failure if there is one.</returns>
    ValueTask<Result> AddAsync(string key, string value, TimeSpan timeToLive);

    /// <summary>Takes a text out.</summary>
    ValueTask<Result> DeleteAsync(string key);

    /// <summary>The keys with a beginning.</summary>
    ValueTask<Result<IReadOnlyList<string>>> ListAsync(string prefix);
}

/// <summary>What a key holds.</summary>
/// <param name="Text">The text; <c>null</c> if the key holds nothing.</param>
readonly record struct StoredText(string? Text);
