using Gibbon.Plugins.Shared.Lua;

namespace Gibbon.Plugins.RequestTransformer;

/// <summary>An expression of a template.</summary>
/// <param name="Code">Its text.</param>
/// <param name="Parsed">The expression; <c>null</c> if it is broken, or needs a Lua machine.</param>
sealed record TemplatePiece(string Code, LuaExpression? Parsed);
