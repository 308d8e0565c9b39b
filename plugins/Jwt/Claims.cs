using Gibbon.Pdk.Schemas;

namespace Gibbon.Plugins.Jwt;

/// <summary>Checks the claims of a token that are about time (RFC 7519, section 4.1). Times are in seconds since 1970.</summary>
static class Claims
{
    /// <summary>Checks registered claims.</summary>
    /// <param name="claims">The token's claims.</param>
    /// <param name="wanted">Which must be there and hold.</param>
    /// <param name="now">The moment.</param>
    /// <returns>What is wrong with which claim; <c>null</c> if all hold.</returns>
    public static ValueMap? Check(ValueMap claims, IReadOnlyList<string>? wanted, long now)
    {
        ValueMap? errors = null;
        foreach (var name in wanted ?? [])
            if (Check(name, claims.Get(name), now) is { } error)
                (errors ??= [])[name] = error;

        return errors;
    }

    /// <summary>Checks that a token does not live too long.</summary>
    /// <param name="claims">The token's claims.</param>
    /// <param name="longest">How many seconds it may live at most.</param>
    /// <param name="now">The moment.</param>
    /// <returns>What is wrong; <c>null</c> if nothing.</returns>
    public static ValueMap? CheckExpiration(ValueMap claims, double longest, long now) =>
        Number(claims.Get("exp")) is { } end && end - now <= longest ? null : new ValueMap { ["exp"] = "exceeds maximum allowed expiration" };

    static string? Check(string name, object? claim, long now) => (name, Number(claim)) switch
    {
        (_, null) => "must be a number",
        ("nbf", { } start) when start > now => "token not valid yet",
        ("exp", { } end) when end <= now => "token expired",
        _ => null,
    };

    static double? Number(object? claim) => claim switch
    {
        long number => number,
        double number => number,
        _ => null,
    };
}
