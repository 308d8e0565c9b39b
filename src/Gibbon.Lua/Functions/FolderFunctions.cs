using System.Text;
using Gibbon.Lua.Native;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Lua.Functions;

/// <summary>What the folders of plugins need of the host: which files there are, which are in use, and what endpoints answer.</summary>
internal static class FolderFunctions
{
    public static IReadOnlyList<KeyValuePair<string, LuaFunction>> All { get; } =
    [
        new("rockspecs", static call => Rockspecs(call)),
        new("note_file", static call => Note(call)),
        new("admin_answer", static call => Answer(call)),
    ];

    private static int Rockspecs(LuaCall call)
    {
        LuaValues.Push(call.L, new ValueList(call.State.Surroundings.Files.Rockspecs()), call.State);
        return 1;
    }

    private static int Note(LuaCall call)
    {
        call.State.Surroundings.Files.Add(call.Text(1));
        return 0;
    }

    // admin_answer(status, body or nil, headers): what the endpoint that runs answers
    private static int Answer(LuaCall call)
    {
        Host.LuaRequest request = call.Run?.Request ?? throw new InvalidOperationException("no request found");
        HeaderMap headers = new();
        string? contentType = null;
        foreach ((string name, object? value) in LuaValues.ReadMap(call.L, 3))
        {
            string text = value is ValueList list ? string.Join(", ", list.Select(Value.ToText)) : Value.ToText(value);
            if (name.Equals("Content-Type", StringComparison.OrdinalIgnoreCase))
            {
                contentType = text;
            }
            else if (!name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase))
            {
                headers.Add(name, text);
            }
        }

        request.Answer = new EndpointResponse(call.Integer(1))
        {
            Body = call.IsNil(2) ? default : call.Bytes(2).ToArray(),
            ContentType = contentType,
            Headers = headers,
        };
        return 0;
    }
}
