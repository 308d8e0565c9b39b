using System.Diagnostics.CodeAnalysis;

namespace Gibbon.Plugins.Shared.Lua;

/// <summary>
/// An expression that was read, or why it was not: because it is no Lua (<see cref="Error"/>), or because it is more Lua than can be
/// evaluated without a Lua machine (<see cref="NeedsLua"/> says what).
/// </summary>
readonly record struct LuaParse(LuaExpression? Expression, string? Error, string? NeedsLua)
{
    /// <summary>Whether there is an expression.</summary>
    [MemberNotNullWhen(true, nameof(Expression))]
    public bool IsOk => Expression is not null;
}
