using System.Text;

namespace Gibbon.Plugins.Statsd;

/// <summary>Puts lines together that share a datagram.</summary>
static class Packets
{
    /// <summary>The datagrams for lines. A line that is too long goes out all the same, by itself.</summary>
    /// <param name="lines">The lines.</param>
    /// <param name="size">How many bytes a datagram may have; 0 is one for each line.</param>
    /// <param name="tooLong">The length of a line that has more, if there is one.</param>
    public static List<string> Of(List<string> lines, int size, out int? tooLong)
    {
        tooLong = null;
        if (size == 0)
            return lines;

        var packets = new List<string>();
        var gathered = new List<string>();
        var length = 0;
        foreach (var line in lines)
        {
            var bytes = Encoding.UTF8.GetByteCount(line);
            if (length + bytes > size)
            {
                if (length == 0)
                    tooLong = bytes;
                else
                    packets.Add(string.Join('\n', gathered));

                gathered.Clear();
                length = bytes;
            }
            else
            {
                length += bytes + 1;
            }

            gathered.Add(line);
        }

        if (gathered.Count > 0)
            packets.Add(string.Join('\n', gathered));

        return packets;
    }
}
