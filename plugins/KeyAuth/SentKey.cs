namespace Gibbon.Plugins.KeyAuth;

/// <summary>What a client sent under a key's name: nothing, something that is no text, a key, or several.</summary>
/// <param name="IsPresent">Whether anything was sent.</param>
/// <param name="IsDuplicate">Whether several were.</param>
/// <param name="Text">The key; <c>null</c> if what was sent is no text.</param>
readonly record struct SentKey(bool IsPresent, bool IsDuplicate, string? Text)
{
    /// <summary>More than one key.</summary>
    public static SentKey Several => new(true, true, null);

    /// <summary>One value.</summary>
    /// <param name="text">The key; <c>null</c> if it is no text.</param>
    public static SentKey Of(string? text) => new(true, false, text);
}
