namespace Gibbon.Pdk;

/// <summary>
/// Numbers and texts that all threads of this node share: Lua's <c>ngx.shared.&lt;name&gt;</c>. No member waits for another; counting takes
/// no
/// lock. When it is full, what was used least recently gives way.
/// </summary>
public interface ISharedDictionary
{
    /// <summary>The value of a key.</summary>
    /// <param name="key">The key.</param>
    /// <returns>A text, a <c>long</c>, a <c>double</c> or a truth value; <c>null</c> if there is none or it has expired.</returns>
    object? Get(string key);

    /// <summary>The number of a key.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The number.</param>
    /// <returns>Whether there is one.</returns>
    bool TryGetNumber(string key, out double value);

    /// <summary>Stores a value.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">A text, a number or a truth value; <c>null</c> removes the key.</param>
    /// <param name="timeToLive">How long it is kept; zero is for ever.</param>
    void Set(string key, object? value, TimeSpan timeToLive = default);

    /// <summary>Stores a value if there is none.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">A text, a number or a truth value.</param>
    /// <param name="timeToLive">How long it is kept; zero is for ever.</param>
    /// <returns>Whether it was stored.</returns>
    bool Add(string key, object value, TimeSpan timeToLive = default);

    /// <summary>Stores a value if there is one already.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">A text, a number or a truth value.</param>
    /// <param name="timeToLive">How long it is kept; zero is for ever.</param>
    /// <returns>Whether it was stored.</returns>
    bool Replace(string key, object value, TimeSpan timeToLive = default);

    /// <summary>Adds to a number, in one step.</summary>
    /// <param name="key">The key.</param>
    /// <param name="amount">What is added.</param>
    /// <param name="initial">What a key without a value starts from; <c>null</c> makes that a failure.</param>
    /// <param name="initialTimeToLive">How long a number that was started here is kept; zero is for ever. An existing one keeps its
    /// time.</param>
    /// <returns>The number after the addition, or <c>not found</c> or <c>not a number</c>.</returns>
    Result<double> Increment(string key, double amount, double? initial = null, TimeSpan initialTimeToLive = default);

    /// <summary>How long a key is still kept.</summary>
    /// <param name="key">The key.</param>
    /// <returns>The time, zero for ever; <c>null</c> if there is no such key.</returns>
    TimeSpan? TimeToLive(string key);

    /// <summary>Changes how long a key is kept.</summary>
    /// <param name="key">The key.</param>
    /// <param name="timeToLive">How long, from now; zero is for ever.</param>
    /// <returns>Whether there is such a key.</returns>
    bool Expire(string key, TimeSpan timeToLive);

    /// <summary>Removes a key.</summary>
    /// <param name="key">The key.</param>
    void Delete(string key);

    /// <summary>The keys that have a value, in no order; costly.</summary>
    /// <param name="max">How many at most; 0 is all.</param>
    IReadOnlyList<string> Keys(int max = 1024);

    /// <summary>Removes every key.</summary>
    void Clear();
}
