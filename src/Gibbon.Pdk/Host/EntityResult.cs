using System.Diagnostics.CodeAnalysis;

namespace Gibbon.Pdk;

/// <summary>What came of reading or storing entities.</summary>
/// <typeparam name="T">What comes of success.</typeparam>
public readonly struct EntityResult<T>
{
    EntityResult(T? value, EntityError? error)
    {
        Value = value;
        Error = error;
    }

    /// <summary>What came of it; <c>default</c> on failure.</summary>
    public T? Value { get; }

    /// <summary>Why it failed; <c>null</c> on success.</summary>
    public EntityError? Error { get; }

    /// <summary>Whether it succeeded. A search that finds nothing succeeds.</summary>
    [MemberNotNullWhen(false, nameof(Error))]
    public bool IsOk => Error is null;

    /// <summary>A success.</summary>
    /// <param name="value">What came of it.</param>
    public static implicit operator EntityResult<T>(T value) => new(value, null);

    /// <summary>A failure.</summary>
    /// <param name="error">Why.</param>
    public static implicit operator EntityResult<T>(EntityError error) => new(default, error);

    /// <summary>Separates the value from the error.</summary>
    /// <param name="value">What came of it; <c>default</c> on failure.</param>
    /// <param name="error">Why it failed; <c>null</c> on success.</param>
    public void Deconstruct(out T? value, out EntityError? error) => (value, error) = (Value, Error);
}
