using System.Diagnostics.CodeAnalysis;

namespace Gibbon.Pdk;

/// <summary>A value, or the reason why there is none: where Lua plugins get <c>value</c> or <c>nil, err</c>.</summary>
/// <typeparam name="T">The value's type.</typeparam>
public readonly struct Result<T>
{
    Result(T? value, string? error)
    {
        Value = value;
        Error = error;
    }

    /// <summary>The value; <c>default</c> on failure.</summary>
    public T? Value { get; }

    /// <summary>Kong's text of the failure; <c>null</c> on success.</summary>
    public string? Error { get; }

    /// <summary>Whether there is a value.</summary>
    [MemberNotNullWhen(true, nameof(Value))]
    [MemberNotNullWhen(false, nameof(Error))]
    public bool IsOk => Error is null;

    /// <summary>A success.</summary>
    /// <param name="value">The value.</param>
    public static implicit operator Result<T>(T value) => new(value, null);

    /// <summary>Separates the value from the error.</summary>
    /// <param name="value">The value; <c>default</c> on failure.</param>
    /// <param name="error">Kong's text of the failure; <c>null</c> on success.</param>
    public void Deconstruct(out T? value, out string? error) => (value, error) = (Value, Error);

    internal static Result<T> Failure(string error) => new(default, error);
}
