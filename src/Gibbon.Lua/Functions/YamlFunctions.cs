using System.Globalization;
using System.Text.RegularExpressions;
using Gibbon.Lua.Native;
using Gibbon.Pdk.Schemas;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Gibbon.Lua.Functions;

/// <summary>Reads YAML, for <c>lyaml</c>.</summary>
internal static partial class YamlFunctions
{
    // Anchors may name each other, so that a small text stands for a large value.
    private const int MostNodes = 1_000_000;
    private const int MaxDepth = 100;

    public static IReadOnlyList<KeyValuePair<string, LuaFunction>> All { get; } =
    [
        new("yaml_load", static call => Load(call)),
    ];

    // yaml_load(text): the list of its documents
    private static int Load(LuaCall call)
    {
        try
        {
            var stream = new YamlStream();
            stream.Load(new StringReader(call.Text(1)));
            int left = MostNodes;
            var documents = new ValueList();
            foreach (YamlDocument document in stream.Documents)
            {
                documents.Add(Read(document.RootNode, 0, ref left));
            }

            LuaValues.Push(call.L, documents, call.State, nulls: true);
            return 1;
        }
        catch (YamlException failure)
        {
            return call.Refuse($"{failure.Start.Line}:{failure.Start.Column}: {failure.Message}");
        }
    }

    private static object? Read(YamlNode node, int depth, ref int left)
    {
        if (depth > MaxDepth || --left < 0)
        {
            throw new YamlException("the document is too large");
        }

        switch (node)
        {
            case YamlSequenceNode sequence:
                var list = new ValueList();
                foreach (YamlNode item in sequence)
                {
                    list.Add(Read(item, depth + 1, ref left));
                }

                return list;
            case YamlMappingNode mapping:
                var map = new ValueMap();
                foreach ((YamlNode key, YamlNode value) in mapping)
                {
                    map[(key as YamlScalarNode)?.Value ?? key.ToString()] = Read(value, depth + 1, ref left);
                }

                return map;
            case YamlScalarNode scalar:
                return Scalar(scalar);
            default:
                return null;
        }
    }

    private static object? Scalar(YamlScalarNode scalar)
    {
        string text = scalar.Value ?? "";
        if (scalar.Style is not (ScalarStyle.Plain or ScalarStyle.Any))
        {
            return text;
        }

        return text switch
        {
            "" or "~" or "null" or "Null" or "NULL" => null,
            "true" or "True" or "TRUE" or "yes" or "Yes" or "YES" or "on" or "On" or "ON" => true,
            "false" or "False" or "FALSE" or "no" or "No" or "NO" or "off" or "Off" or "OFF" => false,
            ".inf" or "+.inf" => double.PositiveInfinity,
            "-.inf" => double.NegativeInfinity,
            ".nan" => double.NaN,
            _ when NumberShape().IsMatch(text) => double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture),
            _ when HexShape().IsMatch(text) => (double)ulong.Parse(text.AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture),
            _ => text,
        };
    }

    [GeneratedRegex(@"^[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex NumberShape();

    [GeneratedRegex("^0x[0-9a-fA-F]{1,16}$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex HexShape();
}
