# Builds the example plugin, as the project of a user, against the installation in $1, into $2; further arguments are
# compiler flags.
set -e
prefix=$1 build=$2
shift 2
cmake -S "$prefix/share/flex/examples/plugins/count-sines" -B "$build" -G Ninja -DCMAKE_PREFIX_PATH="$prefix" \
  -DCMAKE_CXX_COMPILER=clang++-19 -DCMAKE_CXX_FLAGS="-O0 $*" > "$build.log" 2>&1 || { cat "$build.log"; exit 1; }
cmake --build "$build" >> "$build.log" 2>&1 || { cat "$build.log"; exit 1; }
