namespace Gibbon.Pdk;

/// <summary>
/// Lua that operators write into the configurations of plugins in C#. It runs in LuaJIT, in the sandbox that the setting <c>untrusted_lua</c> asks for; the functions of
/// <c>kong</c> and <c>ngx</c> speak of the request.
/// </summary>
public interface ILua
{
    /// <summary>Why a text cannot be run; any thread may ask.</summary>
    /// <param name="code">A piece of Lua.</param>
    /// <returns>LuaJIT's own words, or that there is no LuaJIT or that the settings forbid it; <c>null</c> if it can be run. It is not run.</returns>
    string? Fault(string code);

    /// <summary>Runs a piece of Lua for a request. It may wait, as a plugin in Lua may.</summary>
    /// <param name="context">The request: the functions of its current phase can be called.</param>
    /// <param name="code">The piece of Lua; what it sets is seen by nobody else.</param>
    /// <param name="scope">
    /// The text of a Lua function that is given what the settings let pieces of Lua see beyond the language, and returns the variables that this one sees; <c>null</c> is the
    /// usual sandbox. It is trusted, compiled once, and must be the same text each time.
    /// </param>
    /// <returns>
    /// Its first result: <c>null</c>, <see cref="DBNull"/> for <c>ngx.null</c>, a <see cref="bool"/>, a number, a text, a <see cref="Schemas.ValueMap"/> or a <see cref="Schemas.ValueList"/>; an object without
    /// members for a function and the like.
    /// </returns>
    /// <exception cref="Exception">The piece failed; the message is Lua's, with its traceback.</exception>
    ValueTask<object?> EvaluateAsync(RequestContext context, string code, string? scope = null);
}
