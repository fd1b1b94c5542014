import 'espalier/worker'
