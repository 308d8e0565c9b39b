using System.Diagnostics.CodeAnalysis;

namespace Gibbon.Pdk;

/// <summary>The outcome of something that may fail in an expected way: where Lua plugins get <c>true</c> or <c>nil, err</c>.</summary>
public readonly struct Result
{
    Result(string error) => Error = error;

    /// <summary>Success.</summary>
    public static Result Ok => default;

    /// <summary>Kong's text of the failure; <c>null</c> on success.</summary>
    public string? Error { get; }

    /// <summary>Whether it succeeded.</summary>
    [MemberNotNullWhen(false, nameof(Error))]
    public bool IsOk => Error is null;

    /// <summary>A failure.</summary>
    /// <param name="error">Kong's text of it.</param>
    public static Result Failure(string error) => new(error);

    /// <summary>A failure of something that would have yielded a value.</summary>
    /// <param name="error">Kong's text of it.</param>
    public static Result<T> Failure<T>(string error) => Result<T>.Failure(error);
}
