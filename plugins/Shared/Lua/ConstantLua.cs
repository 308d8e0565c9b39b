namespace Gibbon.Plugins.Shared.Lua;

/// <summary>Pieces of Lua that return a constant: <c>return nil</c>, <c>return "eu-1"</c>. They need no Lua machine.</summary>
static class ConstantLua
{
    /// <summary>What a piece returns.</summary>
    public static object? Evaluate(string lua) => Read(lua).Expression?.Evaluate(LuaScope.Empty);

    /// <summary>Why a piece cannot be used; <c>null</c> if it can.</summary>
    public static string? Check(string lua)
    {
        var read = Read(lua);
        if (read.Error is { } error)
            return $"Error parsing function: {error}";

        return read.NeedsLua is { } reason
            ? $"only constants can be returned without a Lua machine, and this function has {reason}"
            : null;
    }

    static LuaParse Read(string lua)
    {
        var body = lua.AsSpan().Trim().TrimEnd(';').TrimEnd();
        if (body is "return" or "")
            return LuaParser.Parse("nil");

        if (!body.StartsWith("return") || char.IsAsciiLetterOrDigit(body["return".Length]) || body["return".Length] == '_')
            return new LuaParse(null, null, "more than a return");

        var read = LuaParser.Parse(body["return".Length..]);
        try
        {
            read.Expression?.Evaluate(LuaScope.Empty);
            return read;
        }
        catch (LuaException failure)
        {
            return new LuaParse(null, failure.Message, null);
        }
    }
}
